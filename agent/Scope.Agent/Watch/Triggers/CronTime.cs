// Times as crontab writes them: minute, hour, day of month, month, day of week; each *, a number, a range 1-5, a list 1,15, or
// steps */10. In UTC, so that no hour is there twice. Where both days are told, either will do, as cron does it.
using System.Globalization;

namespace Scope.Agent.Watch.Triggers;

/// <summary>A time that comes again.</summary>
sealed class CronTime
{
    static readonly (int Least, int Most)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

    readonly ulong _minutes, _hours, _days, _months, _weekdays;
    readonly bool _anyDay, _anyWeekday;

    CronTime(ulong[] fields, bool anyDay, bool anyWeekday)
    {
        (_minutes, _hours, _days, _months, _weekdays) = (fields[0], fields[1], fields[2], fields[3], fields[4] | fields[4] >> 7);
        (_anyDay, _anyWeekday) = (anyDay, anyWeekday);
    }

    /// <summary>Reads a line of five fields; null when it is none.</summary>
    public static CronTime? TryParse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != Ranges.Length) return null;
        var fields = new ulong[Ranges.Length];
        for (var i = 0; i < fields.Length; i++)
            if ((fields[i] = Bits(words[i], Ranges[i])) == 0) return null;
        return new(fields, words[2][0] == '*', words[4][0] == '*');
    }

    /// <summary>Whether it is that time in this minute.</summary>
    public bool IsIn(DateTime utc) => Has(_minutes, utc.Minute) && Has(_hours, utc.Hour) && Has(_months, utc.Month) && IsDay(Has(_days, utc.Day), Has(_weekdays, (int)utc.DayOfWeek));

    bool IsDay(bool day, bool weekday) => _anyDay || _anyWeekday ? day && weekday : day || weekday;

    static bool Has(ulong bits, int number) => (bits >> number & 1) != 0;

    // The numbers that a field allows, a bit each; 0 when it cannot be read.
    static ulong Bits(string field, (int Least, int Most) range)
    {
        var bits = 0UL;
        foreach (var part in field.Split(','))
        {
            var step = 1;
            var (span, every) = part.Split('/') is [var before, var after] ? (before, after) : (part, null);
            if (every is not null && (!TryNumber(every, out step) || step == 0)) return 0;
            var (first, last) = range;
            if (span != "*")
            {
                var ends = span.Split('-');
                if (ends.Length > 2 || !TryNumber(ends[0], out first) || !TryNumber(ends[^1], out last)) return 0;
                if (ends.Length == 1 && every is not null) last = range.Most;
            }
            if (first < range.Least || last > range.Most || first > last) return 0;
            for (var number = first; number <= last; number += step) bits |= 1UL << number;
        }
        return bits;
    }

    static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
