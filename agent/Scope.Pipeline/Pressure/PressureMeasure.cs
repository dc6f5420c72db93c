// What pressure is read from: how full, how late, how dear. One row a measure, each with the bounds at which it calls for the
// next level. A share is of the budget that scope.toml gives; at 1 the budget is used up.
using System.Collections.Immutable;

namespace Scope.Pipeline.Pressure;

/// <summary>How much is turned down.</summary>
public enum PressureLevel
{
    /// <summary>Nothing.</summary>
    Normal,
    /// <summary>What is dear and repeats itself.</summary>
    Moderate,
    /// <summary>Detail, and most of the flows that went well.</summary>
    High,
    /// <summary>All but what names a cause.</summary>
    Critical,
}

/// <summary>One look at everything that can be under pressure.</summary>
/// <param name="RingFill">The fullest ring, from 0 to 1.</param>
/// <param name="LagSeconds">How far the history is behind the clock.</param>
/// <param name="SpoolFill">The spool, of its bound.</param>
/// <param name="OwnCpu">Our CPU since the last look, of its budget.</param>
/// <param name="OwnMemory">Our resident memory, of its budget.</param>
/// <param name="TargetCost">What the target spends for us since the last look, by estimate, of its budget.</param>
public readonly record struct PressureReading(double RingFill, double LagSeconds, double SpoolFill, double OwnCpu, double OwnMemory, double TargetCost);

/// <summary>One of the measures.</summary>
/// <param name="Name">What it is, as it stands in the reason of a change.</param>
/// <param name="Of">Takes it out of a reading.</param>
/// <param name="Moderate">From here on it calls for <see cref="PressureLevel.Moderate"/>.</param>
/// <param name="High">The same for <see cref="PressureLevel.High"/>.</param>
/// <param name="Critical">The same for <see cref="PressureLevel.Critical"/>.</param>
public sealed record PressureMeasure(string Name, Func<PressureReading, double> Of, double Moderate, double High, double Critical)
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<PressureMeasure> All { get; } =
    [
        new("the fullest ring", r => r.RingFill, 0.25, 0.5, 0.75),
        new("seconds behind", r => r.LagSeconds, 2, 5, 15),
        new("the spool, of its bound", r => r.SpoolFill, 0.8, 0.9, 0.97),
        new("our CPU, of its budget", r => r.OwnCpu, 0.8, 1, 1.5),
        new("our memory, of its budget", r => r.OwnMemory, 0.9, 1, 1.15),
        new("the target's cost, of its budget", r => r.TargetCost, 0.8, 1, 1.5),
    ];

    /// <summary>The level that a value calls for, when it takes only a part of each bound to call for it.</summary>
    public PressureLevel LevelOf(double value, double part = 1) =>
        value >= Critical * part ? PressureLevel.Critical : value >= High * part ? PressureLevel.High : value >= Moderate * part ? PressureLevel.Moderate : PressureLevel.Normal;
}
