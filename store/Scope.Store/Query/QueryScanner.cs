// Reads the terms of a query's text, one after the other: a key, a comparison, values with commas between. A value is bare,
// up to the next blank or comma, or in quotes, in which a backslash takes the next character as it is.
using System.Text;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>Reads terms. Stops at the first mistake.</summary>
sealed class QueryScanner(string text)
{
    int _at;

    /// <summary>What is wrong, once something is.</summary>
    public TextMistake? Mistake { get; private set; }

    /// <summary>Whether a character may stand in a value without quotes.</summary>
    public static bool IsBare(char c) => c is not (',' or '"') && !char.IsWhiteSpace(c) && !char.IsControl(c);

    /// <summary>The next term; null after the last and at a mistake.</summary>
    public QueryTerm? Next()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at == text.Length || Mistake is not null) return null;
        var start = _at;
        while (_at < text.Length && IsKeyPart(text[_at])) _at++;
        var word = text[start.._at];
        var comparison = Comparison();
        if (comparison.Length == 0 || word.Length == 0) return Wrong(start, NoKey(start, word));
        if (QueryKeys.Find(word) is not { } key) return Wrong(start, $"'{word}' is nothing to ask for{Nearest.Hint(word, QueryKeys.All.Select(k => k.Name))}");
        if (comparison == ":" && key.IsCompared) return Wrong(_at - 1, $"{key.Name} is compared: write {key.Name}>{key.Example} or {key.Name}<{key.Example}");
        if (comparison != ":" && !key.IsCompared) return Wrong(_at - comparison.Length, $"{key.Name} is not compared: write {key.Name}:{key.Example}");
        return Values(key) is not { } values ? null
            : values.Count > 1 && !key.TakesSeveral ? Wrong(values[1].At, $"{key.Name} takes one value; put it in quotes when it has a comma in it")
            : new(key, comparison, values, text, start);
    }

    static bool IsKeyPart(char c) => char.IsAsciiLetter(c) || c is '-' or '_';

    string Comparison()
    {
        if (_at == text.Length || text[_at] is not (':' or '>' or '<' or '=')) return "";
        var length = text[_at] is '>' or '<' && _at + 1 < text.Length && text[_at + 1] == '=' ? 2 : 1;
        _at += length;
        return text.Substring(_at - length, length);
    }

    // A word alone is a text that is looked for, or the value of a key that was left out.
    string NoKey(int start, string word)
    {
        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        var all = text[start..end];
        if (QueryKeys.Find(word) is { } key) return $"{key.Name} says nothing yet: write {key.Name}{(key.IsCompared ? ">" : ":")}{key.Example}";
        if (all.StartsWith("--", StringComparison.Ordinal)) return $"there is no option {all}";
        return EventKinds.TryParse(all, out _) ? $"'{all}' says not what it is: write kind:{all}" : $"'{all}' says not what it is: write text:{all} to look for a text, or one of {string.Join(", ", QueryKeys.All.Select(k => k.Name))} before it";
    }

    List<QueryValue>? Values(QueryKey key)
    {
        var values = new List<QueryValue>();
        while (true)
        {
            var start = _at;
            var value = _at < text.Length && text[_at] == '"' ? Quoted() : Bare();
            if (value is null) return null;
            if (value.Length == 0 && text.AsSpan(start, _at - start) is not "\"\"")
            {
                Wrong(start, _at < text.Length && text[_at] == '"' ? "a quote must be the first and last character of a value" : $"here a value is missing, such as {key.Example}");
                return null;
            }
            values.Add(new(value, start));
            if (_at == text.Length || char.IsWhiteSpace(text[_at])) return values;
            if (text[_at] != ',')
            {
                Wrong(_at, text[_at] == '"' ? "a quote must be the first and last character of a value" : "after the value a blank or a comma is missing");
                return null;
            }
            _at++;
        }
    }

    string Bare()
    {
        var start = _at;
        while (_at < text.Length && IsBare(text[_at])) _at++;
        return text[start.._at];
    }

    string? Quoted()
    {
        var start = _at++;
        var value = new StringBuilder();
        for (; _at < text.Length && text[_at] != '"'; _at++)
        {
            if (text[_at] == '\\' && _at + 1 < text.Length) _at++;
            value.Append(text[_at]);
        }
        if (_at == text.Length)
        {
            Wrong(start, "this quote is not closed");
            return null;
        }
        _at++;
        return value.ToString();
    }

    QueryTerm? Wrong(int at, string message)
    {
        Mistake ??= new(text, at, message);
        return null;
    }
}
