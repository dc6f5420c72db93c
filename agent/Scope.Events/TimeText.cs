// Times and durations as people type them: 250ms, 5s, 2m, 00:00:20; an instant in ISO 8601, +5s from the beginning of a
// recording, -10s from its end.
using System.Globalization;
using NodaTime.Text;

namespace Scope.Events;

/// <summary>Durations and points in time as text.</summary>
public static class TimeText
{
    static readonly (string Unit, double Nanos)[] Units = [("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86400e9)];

    /// <summary>Reads a duration into nanoseconds; false when it is none.</summary>
    public static bool TryDuration(string text, out long nanos)
    {
        nanos = 0;
        // Not "20" (twenty days to .NET) and not "1:30" (an hour and a half to .NET, a minute and a half to many).
        if (TimeSpan.TryParseExact(text, [@"h\:mm\:ss", @"h\:mm\:ss\.FFFFFFF", @"d\.hh\:mm\:ss"], CultureInfo.InvariantCulture, out var span))
        {
            nanos = span.Ticks * 100;
            return true;
        }
        foreach (var (unit, factor) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal) || !double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) continue;
            nanos = (long)(number * factor);
            return number >= 0 && number * factor < long.MaxValue;
        }
        return false;
    }

    /// <summary>Reads a point in time within a history that goes from one instant to another; false when it is none.</summary>
    public static bool TryPoint(string text, EventTime first, EventTime last, out EventTime point)
    {
        point = default;
        if (text.Length > 1 && text[0] is '+' or '-' && TryDuration(text[1..], out var nanos)) point = text[0] == '+' ? first + nanos : last - nanos;
        else if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant) point = EventTime.From(instant.Value);
        else if (OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } offset) point = EventTime.From(offset.Value.ToInstant());
        else return false;
        return true;
    }

    /// <summary>What a point in time may be written as, for who wrote something else.</summary>
    public const string PointForms = "an instant such as 2026-11-21T03:00:00Z, +5s (after the beginning) or -10s (before the end)";

    /// <summary>What a duration may be written as, for who wrote something else.</summary>
    public const string DurationForms = "250ms, 5s, 2m or 00:00:20";

    /// <summary>A duration for people, three digits and a unit.</summary>
    public static string Show(long nanos) => Math.Abs((double)nanos) switch
    {
        < 1e3 => $"{nanos} ns",
        < 1e6 => $"{nanos / 1e3:0.#} µs",
        < 1e9 => $"{nanos / 1e6:0.#} ms",
        < 120e9 => $"{nanos / 1e9:0.##} s",
        _ => $"{nanos / 60e9:0.#} min",
    };
}
