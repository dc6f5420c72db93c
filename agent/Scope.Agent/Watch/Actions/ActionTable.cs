// All sorts of actions, one row each, in the order in which those of one rule are done.
using System.Collections.Immutable;

namespace Scope.Agent.Watch.Actions;

/// <summary>The table of actions.</summary>
static class ActionTable
{
    /// <summary>Keeps the time around the trigger.</summary>
    public static WatchAction Freeze { get; } = new("freeze", ActionTurn.Afterwards, "a recording of its own of the time before and after, with its report", FreezeAction.FreezeAsync);

    /// <summary>Records the deep profile for a while.</summary>
    public static WatchAction Deep { get; } = new("deep", ActionTurn.AtOnce, "the deep profile for the time of lasting, in a recording of its own, and then the usual one again", (incident, _) => incident.Target.Closer.DeepenAsync(incident.Rule.Lasting));

    /// <summary>Sets probes for a while.</summary>
    public static WatchAction Probes { get; } = new("probes", ActionTurn.AtOnce, "each [[probe]] for the time of lasting; then, or seconds after Scope has died, methods run their old code again, and a library of ours stays in the target, idle", (incident, _) => incident.Target.Closer.ProbeAsync(incident.Rule.Lasting)) { Touches = true };

    /// <summary>One row a sort.</summary>
    public static ImmutableArray<WatchAction> All { get; } =
    [
        new("snapshot", ActionTurn.AtOnce, "threads, locks and heap at that moment, within snapshot.max_pause_ms", async (incident, _) =>
            await incident.Target.SnapshotAsync(incident.Why) is { } problem ? new(false, problem) : new(true, "")) { Touches = true },
        Deep,
        Probes,
        Freeze,
        new("report", ActionTurn.Afterwards, "the report of that time only", FreezeAction.ReportAsync),
        new("command", ActionTurn.Last, "runs the command", CommandAction.RunAsync),
        new("post", ActionTurn.Last, "posts what happened as JSON to the url, with its HMAC-SHA256 in " + PostAction.SignatureHeader, PostAction.RunAsync),
    ];
}
