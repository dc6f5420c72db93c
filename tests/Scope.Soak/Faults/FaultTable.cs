// All faults, in the order of the README's table.
using Scope.Benchmarks;
using Scope.Soak.Faults.Mutations;

namespace Scope.Soak.Faults;

static class FaultTable
{
    /// <summary>The faults; disk and store run in their own forms, which the suite has as tests of the parts.</summary>
    public static readonly IReadOnlyList<Fault> All =
    [
        new("agent-killed", "the agent is killed at moments that chance chooses, under load", 3, KilledAgent.RunAsync),
        new("agent-stopped", "the agent is stopped for a while, and goes on", 1.5, StoppedAgent.RunAsync),
        new("target-ends", "the target ends: left, killed, crashed, failed fast, faulted, became another program, forked away", 1, EndingTarget.RunAsync),
        new("attach-cycles", "one target is attached to and let go again and again", 3, AttachCycles.RunAsync),
        new("shared-target", "two Scopes and a session like dotnet-trace's record one target at once", 0.5, SharedTarget.RunAsync),
        new("many-targets", "many targets on one agent", 1.5, ManyTargets.RunAsync),
        new("disk", "the disk is full for a while", 1.5, run => SoakAsync(DiskSoak.RunAsync, run)),
        new("store", "Postgres is stopped, killed and started again, the agent killed", 3, run => SoakAsync(StoreSoak.RunAsync, run)),
        new("postgres-refuses", "Postgres refuses the password, is of a newer Scope, hangs", 1.5, RefusingPostgres.RunAsync),
        new("clock", "the clock is set forward and back by an hour, as when the machine sleeps", 0.5, SteppedClock.RunAsync),
        new("little-memory", "the agent's control group allows it little memory", 1, LittleMemory.RunAsync),
        new("mutations", "all that comes in from outside is damaged", 4, MutatedInputs.RunAsync),
        new("hostile-target", "the target says more than any bound allows", 2, HostileTarget.RunAsync),
        new("steady", "nothing, for long, at 20,000 events a second into Postgres", 5, SteadyRun.RunAsync),
    ];

    static async Task<IReadOnlyList<BenchmarkRow>> SoakAsync(Func<TimeSpan, Action<string>, Task<SoakOutcome>> soak, FaultRun run) => (await soak(run.Time, run.Tell)).Rows;
}
