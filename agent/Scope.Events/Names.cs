// Texts that come again and again (routes, types, categories, SQL), interned to ids.
namespace Scope.Events;

/// <summary>The texts of a recording. Id 0 is the empty text.</summary>
public sealed class Names
{
    readonly Interner<string> _table = new(Limits.Names);

    /// <summary>The id of a text, cut to <see cref="Limits.NameChars"/>; 0 for an empty text and when the table is full.</summary>
    public NameId Intern(string? text) =>
        string.IsNullOrEmpty(text) ? default : new(_table.Intern(text.Length <= Limits.NameChars ? text : text[..Limits.NameChars]));

    /// <summary>The id of a text that need not become a string when it is known already.</summary>
    public NameId Intern(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return default;
        if (text.Length > Limits.NameChars) text = text[..Limits.NameChars];
        return new(_table.Intern(text));
    }

    /// <summary>The text of an id; empty for none.</summary>
    public string this[NameId id] => _table.TryGet(id.Value, out var text) ? text : "";

    /// <summary>The id of a text if it occurs in this recording, else none.</summary>
    public NameId Find(string text) => new(_table.Find(text));

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;

    /// <summary>How many texts found the table full.</summary>
    public long Overflows => _table.Overflows;
}

static class InternerOfText
{
    /// <summary>Looks a text up without making a string of it; makes one only for a new text.</summary>
    public static int Intern(this Interner<string> table, ReadOnlySpan<char> text)
    {
        var candidates = table.Candidates(string.GetHashCode(text));
        while (candidates.Next() is not 0 and var id)
            if (text.SequenceEqual(table[id])) return id;
        return table.Intern(text.ToString());
    }
}
