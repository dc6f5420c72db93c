// Figures of the process second by second: each full second of the window is one value, so that figures without requests have a
// distribution too. Those that grow with the load are told by the request.
using Scope.Events;

namespace Scope.Insight.Baselines;

/// <summary>Measures of the process.</summary>
static class PerSecond
{
    const long Second = 1_000_000_000;
    const int FewestRequests = 5; // In a second with fewer, a share of each says nothing.

    sealed class Sums
    {
        public long Requests, Allocated, PausedNanos, CpuNanos, Exceptions;
        public int CpuReadings;
    }

    public static IEnumerable<Measure> Of(Investigation at)
    {
        var seconds = Gather(at);
        if (seconds.Count < 3) yield break;
        // The first and the last are not whole.
        var whole = seconds.OrderBy(s => s.Key).Skip(1).SkipLast(1).Select(s => s.Value).ToList();
        yield return Make("CPU a request", "ns", whole.Where(s => s.Requests >= FewestRequests && s.CpuReadings > 0).Select(s => s.CpuNanos / s.Requests));
        yield return Make("allocated a request", "bytes", whole.Where(s => s.Requests >= FewestRequests && s.Allocated > 0).Select(s => s.Allocated / s.Requests));
        yield return Make("exceptions a request", "permille", whole.Where(s => s.Requests >= FewestRequests).Select(s => s.Exceptions * 1000 / s.Requests));
        yield return Make("GC pauses", "permille of a second", whole.Select(s => s.PausedNanos * 1000 / Second));
    }

    static Dictionary<long, Sums> Gather(Investigation at)
    {
        var seconds = new Dictionary<long, Sums>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Request, EventKind.Allocation, EventKind.GcPause, EventKind.ThreadTimeSample, EventKind.ExceptionThrown)), (EventId _, in ScopeEvent e) =>
        {
            var second = (e.Time - at.From) / Second;
            if (!seconds.TryGetValue(second, out var sums)) seconds[second] = sums = new();
            Take(sums, e);
            return true;
        });
        return seconds;
    }

    static void Take(Sums sums, in ScopeEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.Request: sums.Requests++; break;
            case EventKind.Allocation: sums.Allocated += e.Value; break;
            case EventKind.GcPause: sums.PausedNanos += e.Value; break;
            case EventKind.ExceptionThrown: sums.Exceptions++; break;
            default: (sums.CpuNanos, sums.CpuReadings) = (sums.CpuNanos + e.Value, sums.CpuReadings + 1); break;
        }
    }

    static Measure Make(string name, string unit, IEnumerable<long> values)
    {
        var sketch = new LatencySketch();
        foreach (var value in values) sketch.Add(value);
        return new("process", name, unit, sketch);
    }
}
