// Names as people write a part of them: "timeout" is anywhere in the name, "Orders.*" is the name, or what follows one of its
// points, to its end. In any case, with * for any characters and ? for one.
namespace Scope.Events;

/// <summary>A part of a name, or a pattern.</summary>
/// <param name="text">The part, or the pattern.</param>
/// <param name="whole">Whether a text without a star too must be the name, or what follows one of its points.</param>
public sealed class NamePattern(string text, bool whole = false)
{
    readonly bool _hasWildcard = whole || text.AsSpan().IndexOfAny('*', '?') >= 0;

    /// <summary>Whether a name fits.</summary>
    public bool Matches(string name)
    {
        if (!_hasWildcard) return name.Contains(text, StringComparison.OrdinalIgnoreCase);
        if (Fits(name)) return true;
        if (text.StartsWith('*')) return false; // Had it fitted after a point, it would have fitted from the beginning.
        for (var i = 0; i < name.Length - 1; i++)
            if (name[i] is '.' or '+' or '/' or ' ' && Fits(name.AsSpan(i + 1))) return true;
        return false;
    }

    /// <summary>Whether a whole name fits: each star takes as little as it can, and more when the rest does not fit.</summary>
    bool Fits(ReadOnlySpan<char> name)
    {
        int at = 0, part = 0, star = -1, starAt = 0;
        while (at < name.Length)
        {
            if (part < text.Length && text[part] == '*')
            {
                star = part++;
                starAt = at;
            }
            else if (part < text.Length && (text[part] == '?' || Same(text[part], name[at])))
            {
                part++;
                at++;
            }
            else if (star < 0) return false;
            else
            {
                part = star + 1;
                at = ++starAt;
            }
        }
        while (part < text.Length && text[part] == '*') part++;
        return part == text.Length;
    }

    static bool Same(char a, char b) => a == b || char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
