// The words of a probe's condition or capture: names, numbers with their units, texts, signs. Stops at the first mistake.
using System.Globalization;
using System.Text;
using Scope.Events;

namespace Scope.Code.Probing.Expressions;

/// <summary>What a word is.</summary>
enum TokenSort
{
    /// <summary>Nothing more comes.</summary>
    End,
    /// <summary>A name: letters, digits, underscores.</summary>
    Name,
    /// <summary>A whole number; a duration is one of nanoseconds.</summary>
    Whole,
    /// <summary>A number with a fraction.</summary>
    Real,
    /// <summary>A text in quotes.</summary>
    Text,
    /// <summary>A sign such as &amp;&amp;.</summary>
    Sign,
}

/// <summary>A word.</summary>
/// <param name="Sort">What it is.</param>
/// <param name="Text">The name, sign or text without quotes.</param>
/// <param name="Whole">The whole number.</param>
/// <param name="Real">The number.</param>
/// <param name="At">Where it begins.</param>
/// <param name="IsDuration">Whether a unit of time stood behind it.</param>
readonly record struct ProbeToken(TokenSort Sort, string Text, long Whole, double Real, int At, bool IsDuration = false);

/// <summary>Reads words.</summary>
sealed class ProbeTokens(string text)
{
    static readonly string[] Signs = ["&&", "||", "==", "!=", ">=", "<=", ">", "<", "!", "(", ")", "[", "]", ".", "-", "?."];

    int _at;

    /// <summary>What is wrong, once something is.</summary>
    public TextMistake? Mistake { get; private set; }

    /// <summary>Remembers a mistake; the first one counts.</summary>
    public void Wrong(int at, string message) => Mistake ??= new(text, at, message);

    /// <summary>The next word.</summary>
    public ProbeToken Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at == text.Length || Mistake is not null) return new(TokenSort.End, "", 0, 0, _at);
        var c = text[_at];
        if (IsNameStart(c)) return Name();
        if (char.IsAsciiDigit(c)) return Number();
        if (c is '"' or '\'') return Quoted(c);
        foreach (var sign in Signs.OrderByDescending(s => s.Length))
            if (string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0)
                return new(TokenSort.Sign, sign == "?." ? "." : sign, 0, 0, (_at += sign.Length) - sign.Length);
        Wrong(_at, c switch
        {
            '=' => "two values are compared with ==",
            '&' or '|' => $"both conditions are joined with {c}{c}",
            '+' or '*' or '/' or '%' => "probes read and compare values, they do not calculate: compare what is there",
            _ => $"'{c}' means nothing here",
        });
        return new(TokenSort.End, "", 0, 0, _at);
    }

    static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '@' or '$';

    ProbeToken Name()
    {
        var start = _at++;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_')) _at++;
        return new(TokenSort.Name, text[(text[start] == '@' ? start + 1 : start).._at], 0, 0, start);
    }

    ProbeToken Number()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or 'µ' || text[_at] == '.' && _at + 1 < text.Length && char.IsAsciiDigit(text[_at + 1]))) _at++;
        var word = text[start.._at].Replace("_", "");
        if (TimeText.TryDuration(word, out var nanos) && !word.EndsWith('d') && word[^1] is not ('m' or 'M')) return new(TokenSort.Whole, "", nanos, nanos, start, IsDuration: true);
        if (word.EndsWith("min", StringComparison.Ordinal) && double.TryParse(word[..^3], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes)) return new(TokenSort.Whole, "", (long)(minutes * 60e9), minutes * 60e9, start, IsDuration: true);
        if (word.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex)) return new(TokenSort.Whole, "", hex, hex, start);
        var bare = word.TrimEnd('L', 'l', 'u', 'U', 'f', 'F', 'd', 'D', 'm', 'M');
        if (long.TryParse(bare, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)) return new(TokenSort.Whole, "", whole, whole, start);
        if (double.TryParse(bare, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var real)) return new(TokenSort.Real, bare, 0, real, start);
        Wrong(start, $"'{word}' is no number, and no time such as 50ms, 2s or 5min");
        return new(TokenSort.End, "", 0, 0, start);
    }

    ProbeToken Quoted(char quote)
    {
        var start = _at++;
        var value = new StringBuilder();
        for (; _at < text.Length && text[_at] != quote; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
            value.Append(text[_at]);
        }
        if (_at == text.Length) Wrong(start, "this quote is not closed");
        else _at++;
        return new(TokenSort.Text, value.ToString(), 0, 0, start);
    }
}
