// The four sorts of strings: basic and literal, each on one line or on several.
using System.Globalization;
using System.Text;

namespace Scope.Agent.Configuration.Toml;

/// <summary>Reads strings.</summary>
static class TomlStrings
{
    /// <summary>Reads the string that begins here with its quote; null after an error.</summary>
    public static string? Read(TomlCursor cursor, bool multilineAllowed)
    {
        var quote = cursor.Here;
        var three = new string(quote, 3);
        if (!cursor.IsNext(three)) return ReadSingle(cursor, quote);
        return multilineAllowed ? ReadMultiple(cursor, quote, three) : cursor.None<string>(cursor.At, "a key may not be a string of several lines");
    }

    static string? ReadSingle(TomlCursor cursor, char quote)
    {
        var start = cursor.At;
        cursor.Skip(1);
        var text = new StringBuilder();
        while (!cursor.TrySkip(quote == '"' ? "\"" : "'"))
        {
            if (cursor.AtEnd || cursor.Here is '\n' or '\r') return cursor.None<string>(start, "this string does not end on its line");
            if (!ReadCharacter(cursor, quote, text)) return null;
        }
        return text.ToString();
    }

    static string? ReadMultiple(TomlCursor cursor, char quote, string three)
    {
        var start = cursor.At;
        cursor.Skip(3);
        cursor.TrySkipNewline(); // The first line break belongs to the quotes.
        var text = new StringBuilder();
        while (!cursor.IsNext(three))
        {
            if (cursor.AtEnd) return cursor.None<string>(start, "this string does not end");
            if (cursor.TrySkipNewline()) text.Append('\n');
            else if (quote == '"' && IsLineEnd(cursor)) SkipLineEnd(cursor);
            else if (!ReadCharacter(cursor, quote, text)) return null;
        }
        // Up to two quotes may stand directly before the closing three.
        var quotes = cursor.TakeWhile(c => c == quote).Length;
        if (quotes > 5) return cursor.None<string>(cursor.At, "too many quotes at the end of this string");
        return text.Append(quote, quotes - 3).ToString();
    }

    static bool ReadCharacter(TomlCursor cursor, char quote, StringBuilder text)
    {
        if (quote == '"' && cursor.Here == '\\') return ReadEscape(cursor, text);
        if (TomlCursor.IsControl(cursor.Here)) return cursor.Fail($"a string may not hold the control character U+{(int)cursor.Here:X4}; write it as an escape");
        text.Append(cursor.Here);
        cursor.Skip(1);
        return true;
    }

    static bool ReadEscape(TomlCursor cursor, StringBuilder text)
    {
        var at = cursor.At;
        cursor.Skip(1);
        var letter = cursor.Here;
        if (letter is 'u' or 'U') return ReadCode(cursor, letter == 'u' ? 4 : 8, text);
        const string Letters = "btnfr\"\\", Meant = "\b\t\n\f\r\"\\";
        var which = Letters.IndexOf(letter);
        if (which < 0) return cursor.Fail(at, $"\\{(cursor.AtEnd ? "" : letter)} is no escape; a backslash itself is written \\\\");
        text.Append(Meant[which]);
        cursor.Skip(1);
        return true;
    }

    static bool ReadCode(TomlCursor cursor, int digits, StringBuilder text)
    {
        var at = cursor.At;
        cursor.Skip(1);
        var left = digits;
        var code = cursor.TakeWhile(c => char.IsAsciiHexDigit(c) && left-- > 0);
        if (code.Length != digits || !Rune.TryCreate(uint.Parse(code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), out var rune))
            return cursor.Fail(at, $"this is no character's code: {digits} hexadecimal digits of a Unicode character are needed");
        text.Append(rune.ToString());
        return true;
    }

    // A backslash, blanks and a line break: the text goes on at the next character that is no blank.
    static bool IsLineEnd(TomlCursor cursor)
    {
        if (cursor.Here != '\\') return false;
        var ahead = 1;
        while (cursor.Peek(ahead) is ' ' or '\t') ahead++;
        return cursor.Peek(ahead) == '\n' || cursor.Peek(ahead) == '\r' && cursor.Peek(ahead + 1) == '\n';
    }

    static void SkipLineEnd(TomlCursor cursor)
    {
        cursor.Skip(1);
        do cursor.SkipBlanks();
        while (cursor.TrySkipNewline());
    }
}
