// Statements that somebody wrote into a log or a message: what stands in single quotes in them is data.
using System.Buffers;

namespace Scope.Events.Redaction;

/// <summary>Finds the literals of SQL within other text.</summary>
static class SqlLiterals
{
    static readonly SearchValues<string> Statements = SearchValues.Create(["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "MERGE ", "EXEC ", "CALL ", "Parameters=["], StringComparison.OrdinalIgnoreCase);
    static readonly SearchValues<string> Clauses = SearchValues.Create([" FROM ", "INTO ", " SET ", " VALUES", " WHERE ", " USING ", "EXEC ", "CALL ", "Parameters=["], StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds the literals, when the text holds a statement.</summary>
    public static void Find(ReadOnlySpan<char> text, ref HiddenRanges hidden)
    {
        var statement = text.IndexOfAny(Statements);
        if (statement < 0 || text[statement..].IndexOfAny(Clauses) < 0) return;
        for (var at = statement; at < text.Length && text[at..].IndexOf('\'') is >= 0 and var next; at++)
        {
            var from = at + next + 1;
            for (at = from; at < text.Length; at++)
                if (text[at] == '\'' && (at + 1 >= text.Length || text[at + 1] != '\'')) break;
                else if (text[at] == '\'') at++;
            hidden.Add(from, Math.Min(at, text.Length));
        }
    }
}
