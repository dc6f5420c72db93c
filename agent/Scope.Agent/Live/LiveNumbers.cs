// The numbers of the live view: what happened in the last ten seconds, from the events as they come.
// Works on any history, so the terminal view, the plain progress lines and the live page show the same numbers.
using Scope.Events;

namespace Scope.Agent.Live;

/// <summary>One row of "where does the time go".</summary>
/// <param name="Name">A route, statement, call or method.</param>
/// <param name="Count">How often in the window.</param>
/// <param name="TotalNanos">Time in it altogether.</param>
/// <param name="P99Nanos">Its 99th percentile; 0 for methods.</param>
sealed record LiveRow(string Name, long Count, long TotalNanos, long P99Nanos);

/// <summary>What the live view shows.</summary>
sealed record LiveFigures
{
    public required double WindowSeconds { get; init; }
    public required double RequestsPerSecond { get; init; }
    public required double ErrorsPerSecond { get; init; }
    public required long P50Nanos { get; init; }
    public required long P99Nanos { get; init; }
    public required double ExceptionsPerSecond { get; init; }
    public required double GcPauseShare { get; init; }
    public required double GcsPerSecond { get; init; }
    public required double LockWaitShare { get; init; }
    public required long PoolThreads { get; init; }
    public required long PoolQueue { get; init; }
    public required long HeapBytes { get; init; }
    public required long AllocatedPerSecond { get; init; }
    public required long Timers { get; init; }
    public required double EventsPerSecond { get; init; }
    public required IReadOnlyList<LiveRow> TopSpans { get; init; }
    public required IReadOnlyList<LiveRow> TopMethods { get; init; }
}

/// <summary>Keeps a second-by-second account of a growing history and sums its last ten up.</summary>
/// <param name="catalog">What the events' handles refer to.</param>
sealed class LiveNumbers(Catalog catalog)
{
    const int WindowSeconds = 10;
    const int TopRows = 8;

    readonly Second[] _seconds = [.. Enumerable.Range(0, WindowSeconds + 1).Select(_ => new Second())];
    readonly NameId _heapCounter = catalog.Names.Intern(RuntimeCounters.HeapMegabytes), _poolCounter = catalog.Names.Intern(RuntimeCounters.PoolThreads),
        _queueCounter = catalog.Names.Intern(RuntimeCounters.PoolQueue), _allocatedCounter = catalog.Names.Intern(RuntimeCounters.AllocatedBytes), _timerCounter = catalog.Names.Intern(RuntimeCounters.Timers);
    EventTime _seenUntil = EventTime.Min;
    EventTime _firstSeen = EventTime.Max;
    long _poolThreads, _poolQueue, _heapBytes, _allocated, _timers;

    /// <summary>Counts one event; they come in the order of time.</summary>
    public void Count(in ScopeEvent e)
    {
        _seenUntil = e.Time;
        if (_firstSeen == EventTime.Max) _firstSeen = e.Time;
        var second = SecondOf(e.Time);
        second.Events++;
        switch (e.Kind)
        {
            case EventKind.Request:
                second.Requests.Add(e.Value);
                if ((e.Flags & EventFlags.Error) != 0) second.Errors++;
                second.Row(second.Spans, e.Name.Value, e.Value);
                break;
            case EventKind.Sql or EventKind.ClientCall or EventKind.Message or EventKind.Activity:
                second.Row(second.Spans, e.Name.Value, e.Value);
                break;
            case EventKind.CpuSample when (e.Flags & EventFlags.OnCpu) != 0:
                second.Row(second.Methods, e.Method.Value, e.Value);
                break;
            case EventKind.ExceptionThrown: second.Exceptions++; break;
            case EventKind.GcPause: second.GcPauseNanos += e.Value; break;
            case EventKind.GcEnd: second.Gcs++; break;
            case EventKind.GcHeap: _heapBytes = e.Value; break;
            case EventKind.Contention: second.LockWaitNanos += e.Value; break;
            case EventKind.PoolAdjust: _poolThreads = e.Value; break;
            case EventKind.Metric: Measure(e.Name, e.Value); break;
        }
    }

    void Measure(NameId name, long value)
    {
        if (name == _heapCounter) _heapBytes = value * (1_000_000 / RuntimeCounters.Scale);
        else if (name == _poolCounter) _poolThreads = value / RuntimeCounters.Scale;
        else if (name == _queueCounter) _poolQueue = value / RuntimeCounters.Scale;
        else if (name == _allocatedCounter) _allocated = value / RuntimeCounters.Scale;
        else if (name == _timerCounter) _timers = value / RuntimeCounters.Scale;
    }

    Second SecondOf(EventTime time)
    {
        var number = Math.DivRem(time.UnixNanos, 1_000_000_000).Quotient;
        var second = _seconds[(int)(number % _seconds.Length)];
        if (second.Number != number) second.Restart(number);
        return second;
    }

    /// <summary>The figures of the last ten seconds.</summary>
    public LiveFigures Sum()
    {
        var newest = _seenUntil == EventTime.Min ? 0 : _seenUntil.UnixNanos / 1_000_000_000;
        var window = _seconds.Where(s => s.Number > newest - WindowSeconds && s.Number <= newest).ToArray();
        var length = _firstSeen == EventTime.Max ? 1 : Math.Clamp((_seenUntil - _firstSeen) / 1e9, 1, WindowSeconds);
        var requests = new LatencySketch();
        foreach (var second in window) requests.Add(second.Requests);
        return new()
        {
            WindowSeconds = length,
            RequestsPerSecond = requests.Count / length,
            ErrorsPerSecond = window.Sum(s => s.Errors) / length,
            P50Nanos = requests.Quantile(0.5),
            P99Nanos = requests.Quantile(0.99),
            ExceptionsPerSecond = window.Sum(s => s.Exceptions) / length,
            GcPauseShare = window.Sum(s => s.GcPauseNanos) / (length * 1e9),
            GcsPerSecond = window.Sum(s => s.Gcs) / length,
            LockWaitShare = window.Sum(s => s.LockWaitNanos) / (length * 1e9),
            PoolThreads = _poolThreads,
            PoolQueue = _poolQueue,
            HeapBytes = _heapBytes,
            AllocatedPerSecond = _allocated,
            Timers = _timers,
            EventsPerSecond = window.Sum(s => s.Events) / length,
            TopSpans = Top(window.Select(s => s.Spans), id => catalog.Names[new NameId(id)]),
            TopMethods = Top(window.Select(s => s.Methods), id => catalog.Methods[new MethodId(id)]?.FullName ?? ""),
        };
    }

    static List<LiveRow> Top(IEnumerable<Dictionary<int, LatencySketch>> seconds, Func<int, string> nameOf)
    {
        var byId = new Dictionary<int, LatencySketch>();
        foreach (var (id, sketch) in seconds.SelectMany(s => s))
        {
            if (!byId.TryGetValue(id, out var sum)) byId[id] = sum = new();
            sum.Add(sketch);
        }
        return [.. byId.OrderByDescending(r => r.Value.TotalNanos).Select(r => new LiveRow(nameOf(r.Key), r.Value.Count, r.Value.TotalNanos, r.Value.Quantile(0.99)))
            .Where(r => r.Name.Length > 0).Take(TopRows)];
    }

    /// <summary>One second's account. Its rows are bounded: a name beyond them is not a top one.</summary>
    sealed class Second
    {
        public long Number = -1, Events, Errors, Exceptions, GcPauseNanos, Gcs, LockWaitNanos;
        public readonly LatencySketch Requests = new();
        public readonly Dictionary<int, LatencySketch> Spans = [], Methods = [];

        public void Row(Dictionary<int, LatencySketch> rows, int id, long nanos)
        {
            if (!rows.TryGetValue(id, out var sketch))
            {
                if (rows.Count >= Limits.LiveRows) return;
                rows[id] = sketch = new();
            }
            sketch.Add(nanos);
        }

        public void Restart(long number)
        {
            Number = number;
            Events = Errors = Exceptions = GcPauseNanos = Gcs = LockWaitNanos = 0;
            Requests.Clear();
            Spans.Clear();
            Methods.Clear();
        }
    }
}
