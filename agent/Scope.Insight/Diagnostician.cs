// The diagnosis: every cause looks at the window, then the ranking decides what is said. Works on any history alike:
// each few seconds on the last half minute while we record, and once on the whole when the report is written.
using Scope.Code;
using Scope.Events;
using Scope.Insight.Causes;
using Scope.Store;

namespace Scope.Insight;

/// <summary>Finds what is wrong in a window of a history. Keep one: it remembers the files of the target that it has read.</summary>
public sealed class Diagnostician : IDisposable
{
    // The causes that there are. A new one is a file in Causes/ and a line here.
    static readonly ICause[] Causes =
    [
        new UnhandledException(), new ExceptionStorm(), new LockContention(), new ThreadPoolStarvation(), new SyncOverAsync(), new GcPressure(),
        new AllocationStorm(), new CpuHotMethod(), new NPlusOneQueries(), new SlowSql(), new SlowDependency(), new SlowRequests(), new StuckRequests(),
        new Deadlock(), new AsyncDeadlock(), new ForgottenTask(), new FinalizerBlocked(), new MemoryLeak(), new TimerLeak(), new AssemblyLeak(), new ConnectionPoolExhaustion(),
        new CgroupThrottling(), new MemoryLimitNear(), new HeapLimitNear(), new NoisyNeighbour(), new ServerGcMismatch(),
        new RegexBacktracking(), new SpinWaiting(), new LoggingStorm(), new LargeObjects(), new SwallowedExceptions(), new SlowConnections(), new HttpClientMisuse(), new RetryStorm(),
        new JitStorm(), new ColdStart(), new SlowStart(), new ProcessDeath(), new CallsOneByOne(),
    ];

    readonly CodeFiles _files;

    /// <summary>With the files of the target as they are seen from here, or others for tests.</summary>
    public Diagnostician(CodeFiles? files = null) => _files = files ?? new();

    /// <summary>What is wrong between two instants; an empty list means that it looks healthy.</summary>
    public Diagnosis Run(IHistory history, EventTime from, EventTime to)
    {
        if (from < history.First) from = history.First;
        if (to > history.Last) to = history.Last + 1;
        if (to <= from) return new(from, to, []);
        var investigation = new Investigation(history, from, to, new(history.Catalog, _files));
        var suspicions = new List<Suspicion>();
        foreach (var cause in Causes) suspicions.AddRange(cause.Look(investigation).Select(investigation.Actions.SayHowFound));
        return new(from, to, Ranking.Rank(suspicions)) { SnapshotWanted = investigation.SnapshotWanted, CodeUnread = _files.Failing };
    }

    /// <summary>What is wrong in all that a history holds.</summary>
    public Diagnosis Run(IHistory history) => Run(history, EventTime.Min, EventTime.Max);

    /// <inheritdoc/>
    public void Dispose() => _files.Dispose();
}
