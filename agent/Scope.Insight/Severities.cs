// How bad a share is. One rule for all causes, so that their severities compare.
namespace Scope.Insight;

/// <summary>From shares to severities.</summary>
internal static class Severities
{
    /// <summary>Half of the service's time or requests lost is an outage to the one who is called at night.</summary>
    const double Critical = 0.5;

    /// <summary>A tenth is what the variation between two minutes of a healthy service can hide; from there on it hurts.</summary>
    public const double Hurts = 0.1;

    /// <summary>The severity of costing this share of the service's time or requests.</summary>
    public static Severity Of(double share) => share >= Critical ? Severity.Critical : share >= Hurts ? Severity.Warning : Severity.Info;

    /// <summary>Confidence that grows with the evidence: half at <paramref name="few"/> pieces, near <paramref name="most"/> with many.</summary>
    public static double Confidence(double pieces, double few, double most = 0.95) => Math.Round(most * pieces / (pieces + few), 2);
}
