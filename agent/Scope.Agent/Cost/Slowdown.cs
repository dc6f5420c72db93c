// What being recorded did to a target, measured once: how it served in the first seconds after against how it served just
// before. Later it may be slow for reasons of its own, and then it must be recorded, not spared; so what is taken from the
// comparison is only by how much the estimate of our cost is too low here, and that goes on to hold.
namespace Scope.Agent.Cost;

/// <summary>A target before and after.</summary>
/// <param name="Before">How it served before it was recorded.</param>
/// <param name="After">How it served then.</param>
/// <param name="EstimatedShare">The share of its CPU that went into telling us then, by estimate, from 0 to 1.</param>
sealed record Slowdown(Served Before, Served After, double EstimatedShare)
{
    const long FewRequests = 100;       // Fewer say nothing of a median.
    const double Comparable = 1.5;      // With many more requests, or fewer, each takes another time for that reason.
    const double MostWrong = 2;         // As far as the estimate is meant to be wrong; what shows beyond that has another cause.
    const double Negligible = 0.005;    // What costs so little is no reason to turn anything down, whatever it is multiplied by.

    /// <summary>Whether there were enough requests to say anything.</summary>
    public bool IsWorthTelling => Before.Requests >= FewRequests && After.Requests >= FewRequests;

    /// <summary>Whether the one can be held against the other.</summary>
    public bool IsComparable => IsWorthTelling && After.RequestsPerSecond / Before.RequestsPerSecond is > 1 / Comparable and < Comparable;

    /// <summary>The share of the target's CPU that is ours, from 0 to 1. Latencies are told and not reckoned with: before they are measured by other events than since.</summary>
    public double Share => Before.CpuNanosPerRequest <= 0 ? 0 : Math.Max(0, 1 - Before.CpuNanosPerRequest / After.CpuNanosPerRequest);

    /// <summary>By what the estimate must be multiplied to be as high as what was measured; 1 where it was high enough, or nothing can be said.</summary>
    public double Correction => IsComparable && EstimatedShare > Negligible ? Math.Clamp(Share / EstimatedShare, 1, MostWrong) : 1;

    /// <inheritdoc/>
    public override string ToString() => $"before it was recorded: {Before}; since then: {After}. " + (IsComparable
        ? $"Of its CPU recording took {Share:P0} by that, and {EstimatedShare:P0} by estimate{(Correction > 1 ? $", which is multiplied by {Correction:0.#} from now on" : "")}"
        : $"The rates are too different for more than that; of its CPU recording took {EstimatedShare:P0} by estimate");
}
