// The start of a trace on the wall clock and on its own, checked: everything later is counted from it.
namespace Scope.Attach.Nettrace;

static class TraceClock
{
    /// <summary>Reads a date as the format has it, in eight short numbers; null when there is no such date.</summary>
    public static DateTime? ReadSystemTime(ref PayloadCursor cursor)
    {
        int year = cursor.UInt16(), month = cursor.UInt16();
        cursor.UInt16(); // The day of the week follows from the date.
        int day = cursor.UInt16(), hour = cursor.UInt16(), minute = cursor.UInt16(), second = cursor.UInt16(), milli = cursor.UInt16();
        var exists = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour < 24 && minute < 60 && second < 60 && milli < 1000;
        return exists ? new DateTime(year, month, day, hour, minute, second, milli, DateTimeKind.Utc) : null;
    }

    /// <summary>The header, or null when its clock or pointers cannot be.</summary>
    public static NettraceHeader? Header(int version, DateTime? start, long startTicks, long ticksPerSecond, int pointerSize, int processId, int processorCount) =>
        start is { } utc && ticksPerSecond > 0 && pointerSize is 4 or 8
            ? new(version, utc, startTicks, ticksPerSecond, pointerSize, Math.Max(processId, 0), Math.Max(processorCount, 0))
            : null;
}
