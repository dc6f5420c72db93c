// The part of time that a report is about, and how it is cut into buckets for charts.
using Scope.Events;
using Scope.Insight;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>From the first to the last instant of a report, both included.</summary>
sealed record Window(EventTime From, EventTime To)
{
    const int MostBuckets = 300;
    const long Millisecond = 1_000_000, Second = 1000 * Millisecond;

    static readonly long[] Steps =
    [
        Millisecond, 2 * Millisecond, 5 * Millisecond, 10 * Millisecond, 20 * Millisecond, 50 * Millisecond, 100 * Millisecond, 200 * Millisecond, 500 * Millisecond,
        Second, 2 * Second, 5 * Second, 10 * Second, 30 * Second, 60 * Second, 300 * Second, 900 * Second, 3600 * Second,
    ];

    /// <summary>The diagnosis' window as far as the history reaches.</summary>
    public static Window Of(IHistory history, Diagnosis diagnosis)
    {
        var from = diagnosis.From > history.First ? diagnosis.From : history.First;
        var to = diagnosis.To < history.Last ? diagnosis.To : history.Last;
        return to >= from ? new(from, to) : new(new(0), new(0)); // An empty history has First at Max and Last at Min.
    }

    /// <summary>How long it is.</summary>
    public long Nanos => Math.Max(1, To - From);

    /// <summary>The length of a bucket: a round number that gives no more than some hundred buckets.</summary>
    public long BucketNanos { get; } = Array.Find(Steps, step => Math.Max(1, To - From) / step < MostBuckets) is var step and > 0 ? step : Math.Max(1, To - From) / MostBuckets + 1;

    /// <summary>How many buckets there are.</summary>
    public int Buckets => (int)(Nanos / BucketNanos) + 1;

    /// <summary>The bucket of an instant; what lies outside goes to the nearest.</summary>
    public int BucketOf(EventTime time) => (int)Math.Clamp((time - From) / BucketNanos, 0, Buckets - 1);

    /// <summary>Nanoseconds from the beginning of the window, the time in all of the report's data.</summary>
    public long Offset(EventTime time) => time - From;
}
