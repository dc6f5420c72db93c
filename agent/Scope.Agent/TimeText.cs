// Times and durations as people type them: 250ms, 5s, 2m, 00:00:20; an instant in ISO 8601, +5s from the beginning of a
// recording, -10s from its end.
using System.Globalization;
using NodaTime.Text;
using Scope.Events;

namespace Scope.Agent;

static class TimeText
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

    /// <summary>Reads a point in time within a history that goes from one instant to another.</summary>
    public static EventTime Point(string option, string text, EventTime first, EventTime last)
    {
        if (text.Length > 1 && text[0] is '+' or '-' && TryDuration(text[1..], out var nanos)) return text[0] == '+' ? first + nanos : last - nanos;
        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true } instant) return EventTime.From(instant.Value);
        if (OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } offset) return EventTime.From(offset.Value.ToInstant());
        throw new UserError(ExitCode.BadArgument, $"{option} '{text}' is no time. Write an instant such as 2026-11-21T03:00:00Z, +5s (after the beginning) or -10s (before the end).");
    }

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
