// One look at a running recording: the figures of the last seconds and the state of target and agent.
using System.Diagnostics;
using Scope.Agent.Cost;
using Scope.Attach.Processes;

namespace Scope.Agent.Live;

sealed class LivePulse
{
    readonly Recorder _recorder;
    readonly TimeSpan? _duration;
    readonly LiveNumbers _numbers;
    readonly OwnCost _own = new();
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly ProcessCounters _counters;
    long _lastCpuNanos = -1;
    TimeSpan _lastAt;

    /// <param name="recorder">The running recording.</param>
    /// <param name="duration">How long it is to last, where that was said.</param>
    public LivePulse(Recorder recorder, TimeSpan? duration)
    {
        (_recorder, _duration, _counters, _numbers) = (recorder, duration, new(recorder.Pid), new(recorder.History.Catalog));
        recorder.New.Add(_numbers.Count);
    }

    /// <summary>The figures and the status now.</summary>
    public (LiveFigures Figures, LiveStatus Status) Take()
    {
        var known = _counters.TryRead(out var usage);
        var at = _watch.Elapsed;
        var cores = known && _lastCpuNanos >= 0 && at > _lastAt ? (usage.CpuNanos - _lastCpuNanos) / (at - _lastAt).TotalNanoseconds : 0;
        if (known) (_lastCpuNanos, _lastAt) = (usage.CpuNanos, at);
        var status = new LiveStatus($"{_recorder.Target.Name} ({_recorder.Pid})", _recorder.Elapsed, _duration, cores, usage.ResidentBytes, usage.Threads,
            _own.CoresSinceLast(), OwnCost.MemoryBytes, _recorder.EstimatedOverhead(), _recorder.History.Ledger, _recorder.LatestDiagnosis, _recorder.Notes.LastOrDefault(), _recorder.Warm);
        return (_numbers.Sum(), status);
    }
}
