// How a target serves: what can be told of it by next to nothing, so that it can be told before a recording begins and compared
// with what is while it runs.
using Scope.Events;

namespace Scope.Agent.Cost;

/// <summary>How a target served its requests in some time.</summary>
/// <param name="Requests">How many ended.</param>
/// <param name="RequestsPerSecond">How many a second.</param>
/// <param name="P50Nanos">Half of them took less.</param>
/// <param name="P99Nanos">All but one in a hundred did.</param>
/// <param name="CpuNanosPerRequest">Its CPU time, of all that it did, for each.</param>
sealed record Served(long Requests, double RequestsPerSecond, long P50Nanos, long P99Nanos, double CpuNanosPerRequest)
{
    /// <summary>Sums up.</summary>
    /// <param name="requests">Their durations.</param>
    /// <param name="time">In how long.</param>
    /// <param name="cpuNanos">With how much CPU time.</param>
    public static Served Of(LatencySketch requests, TimeSpan time, long cpuNanos) =>
        new(requests.Count, requests.Count / time.TotalSeconds, requests.Quantile(0.5), requests.Quantile(0.99), requests.Count == 0 ? 0 : (double)cpuNanos / requests.Count);

    /// <inheritdoc/>
    public override string ToString() => $"{RequestsPerSecond:0} requests a second, half of them within {TimeText.Show(P50Nanos)}, 99 % within {TimeText.Show(P99Nanos)}, {TimeText.Show((long)CpuNanosPerRequest)} CPU each";
}
