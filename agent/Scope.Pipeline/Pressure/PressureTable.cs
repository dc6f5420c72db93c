// What each level turns down. The order is what costs most and is missed least: samples first, then the detail of activities
// together with most of the flows that went well, then activities at all. What is never turned down: errors, slow flows, and what
// findings rest on (exceptions, collections, locks, the pool, the counters).
using System.Collections.Immutable;

namespace Scope.Pipeline.Pressure;

/// <summary>How much the target is asked to say.</summary>
public enum SourceDetail
{
    /// <summary>All of the profile.</summary>
    Full,
    /// <summary>Activities without their tags, no log records below errors.</summary>
    Plain,
    /// <summary>What the light profile asks for.</summary>
    Light,
}

/// <summary>What holds at one level.</summary>
/// <param name="Level">The level.</param>
/// <param name="SampleOneIn">CPU samples: one burst in so many; 0 for none.</param>
/// <param name="Sources">How much the target is asked to say.</param>
/// <param name="FlowShare">The share of flows that is kept whole although they went well.</param>
/// <param name="Says">What that means to a reader.</param>
public sealed record PressureRow(PressureLevel Level, int SampleOneIn, SourceDetail Sources, double FlowShare, string Says)
{
    /// <summary>One row a level.</summary>
    public static ImmutableArray<PressureRow> All { get; } =
    [
        new(PressureLevel.Normal, 1, SourceDetail.Full, 1, "everything is kept"),
        new(PressureLevel.Moderate, 4, SourceDetail.Full, 1, "CPU samples in one burst of four"),
        new(PressureLevel.High, 0, SourceDetail.Plain, 0.25, "no CPU samples, activities without tags, one flow in four of those that went well"),
        new(PressureLevel.Critical, 0, SourceDetail.Light, 1.0 / 16, "only what the light profile tells, one flow in sixteen of those that went well"),
    ];

    /// <summary>The row of a level.</summary>
    public static PressureRow Of(PressureLevel level) => All[(int)level];
}
