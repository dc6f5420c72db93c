// The one step through which everything that a target says of its own accord passes before it is kept: tags, log records,
// messages, statements, paths, command lines. Keys decide first, then the shape of what stands in the text. A value that
// merely looks random stays: it may be the id that someone needs at 3 a.m.
// Most texts hold nothing to hide, so that one look for a few signs decides; the rules read only what that look stopped at.
using System.Buffers;
using System.Text.RegularExpressions;

namespace Scope.Events.Redaction;

/// <summary>Takes secrets out of texts. Without state: used by any number of threads.</summary>
/// <param name="keys">Which keys are secret.</param>
/// <param name="patterns">Further shapes of secrets, as a user wrote them; each must be made without backtracking.</param>
public sealed class Redactor(SecretKeys keys, params IReadOnlyList<Regex> patterns)
{
    const int MostHidden = 64; // Of one text.

    static readonly SearchValues<char> Signs = SearchValues.Create("@=:?'");

    /// <summary>What stands in place of a secret.</summary>
    public const string Replacement = "[redacted]";

    /// <summary>By the built-in rules only.</summary>
    public static Redactor BuiltIn { get; } = new(new([]));

    /// <summary>Whether what stands under this key must not be kept.</summary>
    public bool IsSecret(ReadOnlySpan<char> key) => keys.Contains(key);

    /// <summary>The text without its secrets: the same one when it has none.</summary>
    public string Redact(string text) => TryRedact(text, out var written) ? written.Take() : text;

    /// <summary>The same for a text that need not become a string: false when there is nothing to hide; else the written text is to be given back.</summary>
    public bool TryRedact(ReadOnlySpan<char> text, out RedactedText written)
    {
        written = default;
        var isPlain = text.IndexOfAny(Signs) < 0;
        return (!isPlain || text.Length >= TokenShapes.Shortest || patterns.Count > 0) && TryHide(text, isPlain, out written);
    }

    bool TryHide(ReadOnlySpan<char> text, bool isPlain, out RedactedText written)
    {
        Span<(int, int)> room = stackalloc (int, int)[MostHidden];
        var hidden = new HiddenRanges(room);
        if (!isPlain)
        {
            Assignments.Find(text, keys, ref hidden);
            PersonalData.FindAddresses(text, ref hidden);
            SqlLiterals.Find(text, ref hidden);
        }
        if (text.Length >= TokenShapes.Shortest)
        {
            TokenShapes.Find(text, ref hidden);
            PersonalData.FindCards(text, ref hidden);
        }
        foreach (var pattern in patterns)
            foreach (var match in pattern.EnumerateMatches(text)) hidden.Add(match.Index, match.Index + match.Length);
        written = hidden.IsEmpty ? default : RedactedText.Of(text, hidden);
        return !hidden.IsEmpty;
    }
}

/// <summary>A text without its secrets, in memory that is to be given back.</summary>
public readonly struct RedactedText
{
    readonly char[] _rented;
    readonly int _length;

    RedactedText(char[] rented, int length) => (_rented, _length) = (rented, length);

    /// <summary>The text.</summary>
    public ReadOnlySpan<char> Text => _rented.AsSpan(0, _length);

    /// <summary>Gives the memory back; the text is gone then.</summary>
    public void GiveBack() => ArrayPool<char>.Shared.Return(_rented);

    internal static RedactedText Of(ReadOnlySpan<char> text, in HiddenRanges hidden)
    {
        var rented = ArrayPool<char>.Shared.Rent(hidden.LengthOf(text));
        return new(rented, hidden.Write(text, rented));
    }

    internal string Take()
    {
        var text = Text.ToString();
        GiveBack();
        return text;
    }
}
