// All faults, in the order of the README's table.
using Scope.Benchmarks;

namespace Scope.Soak.Faults;

static class FaultTable
{
    /// <summary>The faults; disk and store run in their own forms, which the suite has as tests of the parts.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("agent-killed", "the agent is killed at moments that chance chooses, under load", 3, KilledAgent.RunAsync),
        new("agent-stopped", "the agent is stopped for a while, and goes on", 2, StoppedAgent.RunAsync),
        new("target-ends", "the target ends: left, killed, crashed, failed fast, faulted, became another program, forked away", 1, EndingTarget.RunAsync),
        new("shared-target", "two Scopes and a session like dotnet-trace's record one target at once", 1, SharedTarget.RunAsync),
        new("clock", "the clock is set forward and back by an hour, as when the machine sleeps", 0.5, SteppedClock.RunAsync),
        new("disk", "the disk is full for a while", 1.5, run => SoakAsync(DiskSoak.RunAsync, run)),
        new("store", "Postgres is stopped, killed and started again, the agent killed", 3, run => SoakAsync(StoreSoak.RunAsync, run)),
    ];

    static async Task<IReadOnlyList<BenchmarkRow>> SoakAsync(Func<TimeSpan, Action<string>, Task<SoakOutcome>> soak, FaultRun run) => (await soak(run.Time, run.Tell)).Rows;
}
