// What is wrong with something small that was typed (a question, a condition), and where: one sentence, then the line with a caret under the character.
namespace Scope.Events;

/// <summary>A mistake in a typed text.</summary>
/// <param name="Source">The text that it stands in: a query or condition, or an option with its value.</param>
/// <param name="At">The character that it is about, from 0; the text's length when something is missing at its end.</param>
/// <param name="Message">What is wrong and what to write instead, in a sentence without its point.</param>
public sealed record TextMistake(string Source, int At, string Message)
{
    const int Before = 60, After = 40;

    /// <summary>The sentence, and below it the part of the text with a caret.</summary>
    public override string ToString()
    {
        // Of a long text the surroundings are enough, and a line break or tab in it would put the caret elsewhere.
        var start = Math.Max(0, At - Before);
        var end = Math.Min(Source.Length, Math.Max(At, 0) + After);
        var line = string.Concat(Source[start..end].Select(c => char.IsControl(c) ? ' ' : c));
        return $"{Message}{Environment.NewLine}  {line}{Environment.NewLine}  {new string(' ', At - start)}^";
    }
}
