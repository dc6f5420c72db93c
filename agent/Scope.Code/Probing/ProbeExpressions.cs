// Conditions, captures and log lines of probes, from their text to places in a method's frame.
using System.Diagnostics.CodeAnalysis;
using Scope.Code.Probing.Expressions;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>A part of a log line: a text, or a value.</summary>
/// <param name="Text">The text; of a value the words that it was asked by.</param>
/// <param name="Path">The value; null for a text.</param>
public readonly record struct LogPart(string Text, ValuePath? Path);

/// <summary>Reads what is typed about a method.</summary>
public static class ProbeExpressions
{
    /// <summary>A condition such as order.Total > 1000 &amp;&amp; elapsed > 50ms.</summary>
    public static bool TryCondition(MethodFrame frame, string text, [NotNullWhen(true)] out ProbeCondition? condition, [NotNullWhen(false)] out TextMistake? mistake)
    {
        condition = null;
        if (!ProbeParser.TryCondition(text, out var syntax, out mistake)) return false;
        var binder = new ProbeBinder(frame, text);
        condition = binder.Condition(syntax);
        mistake = binder.Mistake;
        return condition is not null;
    }

    /// <summary>A value such as this._cart.Count.</summary>
    public static bool TryCapture(MethodFrame frame, string text, [NotNullWhen(true)] out ValuePath? path, [NotNullWhen(false)] out TextMistake? mistake)
    {
        path = null;
        if (!ProbeParser.TryPath(text, out var syntax, out mistake)) return false;
        var binder = new ProbeBinder(frame, text);
        path = binder.Path(syntax);
        mistake = binder.Mistake;
        return path is not null;
    }

    /// <summary>A line such as cart={cart.Id} items={items.Count}; a bracket that is meant stands twice.</summary>
    public static bool TryLog(MethodFrame frame, string text, [NotNullWhen(true)] out IReadOnlyList<LogPart>? parts, [NotNullWhen(false)] out TextMistake? mistake)
    {
        (parts, mistake) = (null, null);
        var read = new List<LogPart>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open < 0 || open > at || text.AsSpan(open).StartsWith("{{"))
            {
                var end = open < 0 ? text.Length : open == at ? open + 2 : open;
                read.Add(new(text[at..end].Replace("{{", "{").Replace("}}", "}"), null));
                at = end;
                continue;
            }
            var close = text.IndexOf('}', open);
            if (close < 0) mistake = new(text, open, "this bracket is not closed; a bracket that is meant stands twice");
            else if (!TryCapture(frame, text[(open + 1)..close], out var path, out var inner)) mistake = new(text, open + 1 + inner.At, inner.Message);
            else read.Add(new(text[(open + 1)..close], path));
            if (mistake is not null) return false;
            at = close + 1;
        }
        parts = read;
        return true;
    }
}
