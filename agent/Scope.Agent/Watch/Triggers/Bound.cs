// A bound of a trigger as people write it: in the unit of what is read, or as a multiple of its own baseline.
using System.Globalization;
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>What a trigger's figure is measured in.</summary>
enum BoundUnit
{
    /// <summary>A plain number.</summary>
    Count,
    /// <summary>Nanoseconds; written as 500ms.</summary>
    Time,
    /// <summary>A share; written as 5%, which is 0.05.</summary>
    Share,
    /// <summary>Bytes; written as 200MB.</summary>
    Bytes,
}

/// <summary>A bound.</summary>
/// <param name="Value">The figure, or how many times the baseline.</param>
/// <param name="IsMultiple">Whether it is a multiple of the baseline.</param>
/// <param name="Text">As it was written.</param>
readonly record struct Bound(double Value, bool IsMultiple, string Text)
{
    static readonly (string Ending, double Factor)[] Sizes = [("KB", 1 << 10), ("MB", 1 << 20), ("GB", 1L << 30), ("B", 1)];

    /// <summary>Reads a bound; false when it is none of that unit.</summary>
    public static bool TryParse(string text, BoundUnit unit, out Bound bound)
    {
        var isMultiple = text.EndsWith('x');
        bound = default;
        double value;
        if (isMultiple ? !TryNumber(text[..^1], out value) || value <= 0 : !TryValue(text, unit, out value)) return false;
        bound = new(value, isMultiple, text);
        return true;
    }

    /// <summary>How a bound of a unit is written, for who wrote something else.</summary>
    public static string Form(BoundUnit unit) => unit switch
    {
        BoundUnit.Time => "a time such as \"500ms\"",
        BoundUnit.Share => "a share such as \"5%\"",
        BoundUnit.Bytes => "a size such as \"200MB\"",
        _ => "a number such as \"100\"",
    };

    /// <summary>A figure for people.</summary>
    public static string Show(double value, BoundUnit unit) => unit switch
    {
        BoundUnit.Time => TimeText.Show((long)value),
        BoundUnit.Share => value.ToString("0.# %", CultureInfo.InvariantCulture),
        BoundUnit.Bytes => (value / (1 << 20)).ToString("#,0.# 'MB'", CultureInfo.InvariantCulture),
        _ => value.ToString("#,0.###", CultureInfo.InvariantCulture),
    };

    static bool TryValue(string text, BoundUnit unit, out double value)
    {
        value = 0;
        switch (unit)
        {
            case BoundUnit.Time:
                var isTime = TimeText.TryDuration(text, out var nanos);
                value = nanos;
                return isTime;
            case BoundUnit.Share:
                var isShare = text.EndsWith('%') && TryNumber(text[..^1], out value);
                value /= 100;
                return isShare;
            case BoundUnit.Bytes:
                var (ending, factor) = Array.Find(Sizes, size => text.EndsWith(size.Ending, StringComparison.Ordinal));
                var isSize = ending is not null && TryNumber(text[..^ending.Length], out value);
                value *= factor;
                return isSize;
            default:
                return TryNumber(text, out value);
        }
    }

    static bool TryNumber(string text, out double value) => double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
