// Numbers, dates and times: one token is taken, and what it may be is decided by patterns that are those of the TOML
// specification. Configuration is small, so patterns are the clearest way.
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scope.Agent.Configuration.Toml;

/// <summary>Reads what begins with a digit, a sign, or is inf or nan.</summary>
static partial class TomlNumbers
{
    /// <summary>Reads the value here; null after an error.</summary>
    public static TomlValue? Read(TomlCursor cursor)
    {
        var at = cursor.At;
        var token = TakeToken(cursor);
        return ReadInteger(token, at) ?? ReadFloat(token, at) ?? ReadTime(token, at)
            ?? cursor.None<TomlValue>(at, token.Length == 0 ? $"a value was expected, not {cursor.Shown}" : $"\"{token}\" is no value; strings need quotes, numbers no leading zeros and at most 64 bits, dates and times must exist");
    }

    // A date and its time may be parted by a blank, and then belong together.
    static string TakeToken(TomlCursor cursor)
    {
        var token = cursor.TakeWhile(IsPart);
        if (cursor.Here != ' ' || !char.IsAsciiDigit(cursor.Peek(1)) || !DateOnlyShape().IsMatch(token)) return token;
        cursor.Skip(1);
        return token + "T" + cursor.TakeWhile(IsPart);
    }

    static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '_' or '.' or ':';

    static TomlInteger? ReadInteger(string token, TextPosition at)
    {
        var digits = token.Replace("_", "");
        if (DecimalShape().IsMatch(token))
            return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? new(value, at) : null;
        if (!PrefixedShape().IsMatch(token)) return null;
        try
        {
            var number = Convert.ToUInt64(digits[2..], digits[1] == 'x' ? 16 : digits[1] == 'o' ? 8 : 2);
            return number <= long.MaxValue ? new((long)number, at) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    static TomlFloat? ReadFloat(string token, TextPosition at)
    {
        if (SpecialShape().IsMatch(token)) return new(token.EndsWith("nan", StringComparison.Ordinal) ? double.NaN : token[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity, at);
        return FloatShape().IsMatch(token) ? new(double.Parse(token.Replace("_", ""), NumberStyles.Float, CultureInfo.InvariantCulture), at) : null;
    }

    static TomlTime? ReadTime(string token, TextPosition at)
    {
        if (TimeShape().Match(token) is not { Success: true } parts) return null;
        bool date = parts.Groups["date"].Success, time = parts.Groups["time"].Success, offset = parts.Groups["offset"].Success;
        if (date && time != parts.Groups["parting"].Success || !date && (!time || offset || parts.Groups["parting"].Success)) return null;
        if (date && !DateOnly.TryParseExact(parts.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) return null;
        var sort = (date, time, offset) switch
        {
            (true, true, true) => TomlTimeSort.OffsetDateTime,
            (true, true, false) => TomlTimeSort.LocalDateTime,
            (true, false, false) => TomlTimeSort.LocalDate,
            _ => TomlTimeSort.LocalTime,
        };
        return sort == TomlTimeSort.LocalDate && offset ? null : new(sort, token.ToUpperInvariant(), at);
    }

    // Each group of digits may be parted by single underscores between digits.
    [GeneratedRegex(@"^[+-]?(0|[1-9](_?[0-9])*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalShape();

    [GeneratedRegex(@"^0(x[0-9A-Fa-f](_?[0-9A-Fa-f])*|o[0-7](_?[0-7])*|b[01](_?[01])*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixedShape();

    [GeneratedRegex(@"^[+-]?(inf|nan)\z", RegexOptions.CultureInvariant)]
    private static partial Regex SpecialShape();

    [GeneratedRegex(@"^[+-]?(0|[1-9](_?[0-9])*)((\.[0-9](_?[0-9])*)([eE][+-]?[0-9](_?[0-9])*)?|[eE][+-]?[0-9](_?[0-9])*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex FloatShape();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DateOnlyShape();

    // A leap second is a time that exists.
    [GeneratedRegex(@"^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})?(?<parting>[Tt])?(?<time>([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?)?(?<offset>[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeShape();
}
