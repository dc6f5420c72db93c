// Decides the level from one look to the next. Up as soon as two looks in a row ask for it, since a single one may be a
// hiccup; down a step at a time, when for a while nothing has come near the bound that it would fall below. So it does not
// swing: what turned down makes room, and room alone must not turn it up again at once.
using System.Globalization;

namespace Scope.Pipeline.Pressure;

/// <summary>A change of level.</summary>
/// <param name="From">Before.</param>
/// <param name="To">After.</param>
/// <param name="Reason">Why, in words and numbers.</param>
public sealed record PressureChange(PressureLevel From, PressureLevel To, string Reason);

/// <summary>The level of one recording. Used by one thread.</summary>
/// <param name="calmSeconds">How long it must be calm before a step down.</param>
public sealed class PressureControl(double calmSeconds = 10)
{
    const double CalmPart = 0.7; // Of a bound: what is below has come away from it.

    PressureLevel _askedBefore;
    double _calmSince = double.NaN;

    /// <summary>The level now.</summary>
    public PressureLevel Level { get; private set; }

    /// <summary>Takes a look; gives the change when there is one.</summary>
    /// <param name="reading">What was seen.</param>
    /// <param name="seconds">When, by a clock that only goes forward.</param>
    public PressureChange? See(PressureReading reading, double seconds)
    {
        var (asked, by) = Highest(reading, 1);
        var level = asked < _askedBefore ? asked : _askedBefore;
        _askedBefore = asked;
        if (level > Level) return Change(level, seconds, $"{by.Name}: {Text(by.Of(reading))}");
        if (Highest(reading, CalmPart).Level >= Level) _calmSince = double.NaN;
        else if (double.IsNaN(_calmSince)) _calmSince = seconds;
        return Level > PressureLevel.Normal && seconds - _calmSince >= calmSeconds ? Change(Level - 1, seconds, $"calm for {Text(calmSeconds)} s") : null;
    }

    PressureChange Change(PressureLevel to, double seconds, string reason)
    {
        var change = new PressureChange(Level, to, reason);
        Level = to;
        _calmSince = to < change.From ? seconds : double.NaN;
        return change;
    }

    static (PressureLevel Level, PressureMeasure By) Highest(PressureReading reading, double part) =>
        PressureMeasure.All.Select(m => (Level: m.LevelOf(m.Of(reading), part), By: m)).MaxBy(m => m.Level);

    static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
