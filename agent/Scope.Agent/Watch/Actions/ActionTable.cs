// All sorts of actions, one row each, in the order in which those of one rule are done.
using System.Collections.Immutable;

namespace Scope.Agent.Watch.Actions;

/// <summary>The table of actions.</summary>
static class ActionTable
{
    /// <summary>Keeps the time around the trigger.</summary>
    public static WatchAction Freeze { get; } = new("freeze", ActionTurn.Afterwards, "a recording of its own of the time before and after, with its report", FreezeAction.FreezeAsync);

    /// <summary>One row a sort.</summary>
    public static ImmutableArray<WatchAction> All { get; } =
    [
        new("snapshot", ActionTurn.AtOnce, "threads, locks and heap at that moment, within snapshot.max_pause_ms", async (incident, _) =>
        {
            await incident.Target.SnapshotAsync(incident.Why);
            return new(true, "");
        }) { Touches = true },
        Freeze,
        new("report", ActionTurn.Afterwards, "the report of that time only", FreezeAction.ReportAsync),
        new("command", ActionTurn.Last, "runs the command", CommandAction.RunAsync),
        new("post", ActionTurn.Last, "posts what happened as JSON to the url, with its HMAC-SHA256 in " + PostAction.SignatureHeader, PostAction.RunAsync),
    ];
}
