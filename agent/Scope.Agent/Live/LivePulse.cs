// One look at a running recording: the figures of the last seconds and the state of target and agent.
using System.Diagnostics;
using Scope.Agent.Cost;
using Scope.Attach.Processes;

namespace Scope.Agent.Live;

sealed class LivePulse(Recorder recorder, TimeSpan? duration)
{
    readonly LiveNumbers _numbers = new(recorder.History);
    readonly OwnCost _own = new();
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly ProcessCounters _counters = new(recorder.Pid);
    long _lastCpuNanos = -1;
    TimeSpan _lastAt;

    /// <summary>The figures and the status now.</summary>
    public (LiveFigures Figures, LiveStatus Status) Take()
    {
        var known = _counters.TryRead(out var usage);
        var at = _watch.Elapsed;
        var cores = known && _lastCpuNanos >= 0 && at > _lastAt ? (usage.CpuNanos - _lastCpuNanos) / (at - _lastAt).TotalNanoseconds : 0;
        if (known) (_lastCpuNanos, _lastAt) = (usage.CpuNanos, at);
        var status = new LiveStatus($"{recorder.TargetName} ({recorder.Pid})", recorder.Elapsed, duration, cores, usage.ResidentBytes, usage.Threads,
            _own.CoresSinceLast(), OwnCost.MemoryBytes, recorder.EstimatedOverhead(), recorder.History.Ledger, recorder.LatestDiagnosis);
        return (_numbers.Refresh(), status);
    }
}
