// The route of a request out of the route as it was declared and the path that took it, as people write it and as the bridge's
// route values give it: {id:int}, {id?} and {id=5} are {id}, and what stands for controller, action or area is what the path says.
namespace Scope.Attach.Translate;

/// <summary>Turns declared routes into names of routes.</summary>
static class RoutePattern
{
    /// <summary>Writes the route and gives its length.</summary>
    public static int Write(ReadOnlySpan<char> declared, ReadOnlySpan<char> path, Span<char> into)
    {
        var length = 0;
        for (declared = declared.TrimStart('/'), path = path.TrimStart('/'); !declared.IsEmpty && length < into.Length; declared = After(declared), path = After(path))
        {
            ReadOnlySpan<char> wanted = FirstOf(declared), given = FirstOf(path);
            if (given.IsEmpty && wanted.StartsWith('{')) break; // Optional, or by its default.
            into[length++] = '/';
            length += IsPlaceOfCode(wanted) ? Copy(given, into[length..]) : WithoutRules(wanted, into[length..]);
        }
        if (length == 0 && into.Length > 0) into[length++] = '/';
        return length;
    }

    static ReadOnlySpan<char> FirstOf(ReadOnlySpan<char> path) => End(path) is var end ? path[..end] : path;

    static ReadOnlySpan<char> After(ReadOnlySpan<char> path) => End(path) is var end && end < path.Length ? path[(end + 1)..] : default;

    // Where a slash ends the segment. A rule may hold one: {file:regex(^a/b$)}; braces in rules come in pairs.
    static int End(ReadOnlySpan<char> path) => EndAt(path, '/', 0) is >= 0 and var end ? end : path.Length;

    // Where the character stands outside of so many braces, or -1.
    static int EndAt(ReadOnlySpan<char> path, char wanted, int depth)
    {
        var inside = 0;
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '{') inside++;
            if (path[i] == wanted && inside <= depth) return i;
            if (path[i] == '}') inside--;
        }
        return -1;
    }

    static bool IsPlaceOfCode(ReadOnlySpan<char> segment) =>
        segment.StartsWith('{') && NameOf(segment[1..]) is "controller" or "action" or "area" or "page";

    static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> parameter) =>
        parameter.TrimStart('*') is var name && name.IndexOfAny(":=?}") is >= 0 and var end ? name[..end] : name;

    static int WithoutRules(ReadOnlySpan<char> segment, Span<char> into)
    {
        var length = 0;
        while (!segment.IsEmpty)
        {
            var open = segment.IndexOf('{');
            length += Copy(open < 0 ? segment : segment[..open], into[length..]);
            if (open < 0) break;
            var close = EndAt(segment[open..], '}', 1) is >= 0 and var at ? open + at : segment.Length - 1;
            length += Copy("{", into[length..]);
            length += Copy(NameOf(segment[(open + 1)..(close + 1)]), into[length..]);
            length += Copy("}", into[length..]);
            segment = segment[(close + 1)..];
        }
        return length;
    }

    static int Copy(ReadOnlySpan<char> text, Span<char> into)
    {
        var cut = text[..Math.Min(text.Length, into.Length)];
        cut.CopyTo(into);
        return cut.Length;
    }
}
