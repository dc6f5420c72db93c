// The small text form of a question: terms that must all hold, such as
//
//   flow:4bf92f35  kind:exception,gc*  method:Orders.*  after:-5m  dur>200ms  text:"timed out"
//
// This is its shape only: keys, comparisons, values and where they stood. What a key means for a recording is QueryBinder's.
// What was read can be written again and reads the same. No text whatever makes it throw.
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>One value of a term.</summary>
/// <param name="Text">What it says, without quotes.</param>
/// <param name="At">Where it stands in the term's source.</param>
public readonly record struct QueryValue(string Text, int At);

/// <summary>One condition.</summary>
/// <param name="Key">What it is about.</param>
/// <param name="Comparison">":" for "is one of", or &gt;, &gt;=, &lt;, &lt;=, =.</param>
/// <param name="Values">The values, one at least; any of them may hold.</param>
/// <param name="Source">The text that it stands in.</param>
/// <param name="At">Where in the source it begins.</param>
public sealed record QueryTerm(QueryKey Key, string Comparison, IReadOnlyList<QueryValue> Values, string Source, int At)
{
    /// <summary>A mistake in the term as a whole.</summary>
    public TextMistake Wrong(string message) => new(Source, At, message);

    /// <summary>A mistake in one of its values.</summary>
    public TextMistake Wrong(QueryValue value, string message) => new(Source, value.At, message);

    /// <summary>As it is written in a query.</summary>
    public override string ToString() => $"{Key.Name}{Comparison}{string.Join(',', Values.Select(v => Quoted(v.Text)))}";

    static string Quoted(string text)
    {
        if (text.Length > 0 && text[0] != '=' && text.All(QueryScanner.IsBare)) return text; // Not dur>=5 of dur> and =5.
        var quoted = new StringBuilder("\"");
        foreach (var c in text) (c is '"' or '\\' ? quoted.Append('\\') : quoted).Append(c);
        return quoted.Append('"').ToString();
    }
}

/// <summary>A question as text.</summary>
/// <param name="Terms">What must hold.</param>
public sealed record QueryText(IReadOnlyList<QueryTerm> Terms)
{
    /// <summary>No condition: all events.</summary>
    public static QueryText All { get; } = new([]);

    /// <summary>Reads a query; when it is none, says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out QueryText? query, [NotNullWhen(false)] out TextMistake? mistake)
    {
        query = null;
        var scanner = new QueryScanner(text);
        var terms = new List<QueryTerm>();
        while (scanner.Next() is { } term) terms.Add(term);
        mistake = scanner.Mistake;
        if (mistake is not null) return false;
        query = new(terms);
        return true;
    }

    /// <summary>The term that an option of a command line stands for: the same conditions, with the option's name in what is said of them.</summary>
    /// <param name="option">The option as typed, such as --kind.</param>
    /// <param name="key">The key that it stands for.</param>
    /// <param name="comparison">How it compares.</param>
    /// <param name="values">Its values.</param>
    public static QueryTerm OfOption(string option, string key, string comparison, params IReadOnlyList<string> values)
    {
        var source = $"{option} {string.Join(' ', values)}";
        var at = option.Length + 1;
        var placed = new List<QueryValue>();
        foreach (var value in values)
        {
            placed.Add(new(value, at));
            at += value.Length + 1;
        }
        return new(QueryKeys.Find(key)!, comparison, placed, source, 0);
    }

    /// <summary>The question that it is for a history.</summary>
    /// <param name="history">Whose names and times it speaks of.</param>
    /// <param name="within">What must hold besides.</param>
    /// <param name="evidence">The findings at hand; null when there are none to ask for.</param>
    /// <param name="question">The question.</param>
    /// <param name="mistake">What makes no sense for this history.</param>
    public bool TryBind(IHistory history, EventQuery within, FindingEvidence? evidence, [NotNullWhen(true)] out Question? question, [NotNullWhen(false)] out TextMistake? mistake) =>
        QueryBinder.TryBind(this, history, within, evidence, out question, out mistake);

    /// <summary>This and more conditions.</summary>
    public QueryText And(IEnumerable<QueryTerm> more) => new([.. Terms, .. more]);

    /// <summary>As it may be typed; reads back as the same.</summary>
    public override string ToString() => string.Join(' ', Terms);
}
