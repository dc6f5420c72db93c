// What happened, second by second: requests with their latency and errors, exceptions, pauses, CPU, lock waits, workers.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>The series that share the report's time axis.</summary>
sealed class Timeline(Window window, Catalog catalog) : Section
{
    readonly NameId _queueCounter = catalog.Names.Intern(RuntimeCounters.PoolQueue), _heapCounter = catalog.Names.Intern(RuntimeCounters.HeapMegabytes), _workersCounter = catalog.Names.Intern(RuntimeCounters.PoolThreads);
    readonly long[] _requests = new long[window.Buckets], _errors = new long[window.Buckets], _exceptions = new long[window.Buckets];
    readonly long[] _cpuNanos = new long[window.Buckets], _lockNanos = new long[window.Buckets], _allocated = new long[window.Buckets];
    readonly Dictionary<ThreadId, int> _lastCpu = [];
    readonly LatencySketch?[] _latency = new LatencySketch?[window.Buckets];
    readonly List<(long At, long Workers)> _workers = [];
    readonly List<(long At, long Items)> _queue = [];
    readonly List<(long At, long Bytes)> _heap = [];
    readonly List<(long At, long PauseNanos, int Generation)> _pauses = [];
    readonly List<(long At, string Text)> _marks = [];

    public override string Key => "timeline";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Request, EventKind.Message, EventKind.Activity, EventKind.ExceptionThrown, EventKind.ThreadTimeSample,
        EventKind.Contention, EventKind.Allocation, EventKind.PoolAdjust, EventKind.Metric, EventKind.GcPause, EventKind.PressureChanged, EventKind.Snapshot, EventKind.ProcessExited, EventKind.ExceptionUnhandled);

    public override void Take(EventId id, in ScopeEvent e)
    {
        var bucket = window.BucketOf(e.Time);
        switch (e.Kind)
        {
            case EventKind.ExceptionThrown: _exceptions[bucket]++; break;
            case EventKind.ThreadTimeSample: TakeCpu(in e, bucket); break;
            case EventKind.Contention: _lockNanos[bucket] += e.Value; break;
            case EventKind.Allocation: _allocated[bucket] += e.Value; break;
            case EventKind.PoolAdjust: _workers.Add((window.Offset(e.Time), e.Value)); break;
            case EventKind.GcPause: _pauses.Add((window.Offset(e.Time) - e.Value, e.Value, e.Detail)); break;
            case EventKind.Metric: TakeCounter(in e); break;
            case EventKind.PressureChanged or EventKind.Snapshot or EventKind.ProcessExited or EventKind.ExceptionUnhandled: _marks.Add((window.Offset(e.Time), e.Kind.Text())); break;
            default: TakeWork(in e, bucket); break;
        }
    }

    /// <summary>A sample tells of the time since the thread's last, so it is spread over the buckets between.</summary>
    void TakeCpu(in ScopeEvent e, int bucket)
    {
        var isFirst = !_lastCpu.TryGetValue(e.Thread, out var last);
        _lastCpu[e.Thread] = bucket;
        if (isFirst) return; // Nobody knows since when it counts.
        var first = Math.Min(last + 1, bucket);
        for (var i = first; i <= bucket; i++) _cpuNanos[i] += e.Value / (bucket - first + 1);
    }

    void TakeCounter(in ScopeEvent e)
    {
        if (e.Name == _queueCounter) _queue.Add((window.Offset(e.Time), e.Value / RuntimeCounters.Scale));
        else if (e.Name == _heapCounter) _heap.Add((window.Offset(e.Time), e.Value * (1_000_000 / RuntimeCounters.Scale)));
        else if (e.Name == _workersCounter) _workers.Add((window.Offset(e.Time), e.Value / RuntimeCounters.Scale));
    }

    void TakeWork(in ScopeEvent e, int bucket)
    {
        if (!Requests.IsWork(in e)) return;
        _requests[bucket]++;
        if ((e.Flags & EventFlags.Error) != 0) _errors[bucket]++;
        if ((e.Flags & EventFlags.Partial) == 0) (_latency[bucket] ??= new()).Add(e.Value);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteNumber("bucketNanos", window.BucketNanos);
        data.WriteNumber("buckets", window.Buckets);
        Series("requests", _requests);
        Series("errors", _errors);
        Series("exceptions", _exceptions);
        Series("cpuNanos", _cpuNanos);
        Series("lockNanos", _lockNanos);
        Series("allocated", _allocated);
        data.Numbers("p50", _latency.Select(l => l?.Quantile(0.5) ?? -1));
        data.Numbers("p99", _latency.Select(l => l?.Quantile(0.99) ?? -1));
        data.Numbers("workers", _workers.Take(Limits.ReportRows).SelectMany(w => (long[])[w.At, w.Workers]));
        // A queue that was never there is no strip to look at.
        data.Numbers("queue", _queue.Any(q => q.Items > 0) ? _queue.Take(Limits.ReportRows).SelectMany(q => (long[])[q.At, q.Items]) : []);
        data.Numbers("heap", _heap.Take(Limits.ReportRows).SelectMany(h => (long[])[h.At, h.Bytes]));
        // The longest pauses are the ones to see; then back into the order of time.
        data.Numbers("pauses", _pauses.OrderByDescending(p => p.PauseNanos).Take(Limits.ReportRows).OrderBy(p => p.At).SelectMany(p => (long[])[p.At, p.PauseNanos, p.Generation]));
        data.WriteStartArray("marks");
        foreach (var (at, text) in _marks.Take(Limits.ReportRows))
        {
            data.WriteStartArray();
            data.WriteNumberValue(at);
            data.WriteStringValue(text);
            data.WriteEndArray();
        }
        data.WriteEndArray();

        void Series(string key, long[] values)
        {
            if (values.Any(v => v != 0)) data.Numbers(key, values); // A series of nothing would draw an empty strip.
        }
    }
}
