// Makes a route out of a path and its route values: what stands in the path in place of a parameter becomes {parameter}.
// The framework does not tell its route on the way that costs least; its values it does.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Turns paths into routes.</summary>
static class RouteTemplate
{
    /// <summary>Writes the route and gives its length. Values are as "[id, 5],[name, x]"; those of controller and action are no part of a path. A Razor page's own value begins with a slash, so it is no segment; a route's {page} is.</summary>
    public static int Write(ReadOnlySpan<char> path, ReadOnlySpan<char> values, Span<char> into)
    {
        var length = 0;
        for (var rest = path; !rest.IsEmpty && length < into.Length;)
        {
            var segment = FirstOf(rest);
            into[length++] = '/';
            var parameter = ParameterOf(segment, values, Occurrences(segment, path[..^rest.Length]));
            length += Copy(parameter.IsEmpty ? segment : parameter, !parameter.IsEmpty, into[length..]);
            rest = rest[(segment.Length + 1)..];
        }
        return length;
    }

    /// <summary>One of the values, or empty.</summary>
    public static ReadOnlySpan<char> Value(ReadOnlySpan<char> values, ReadOnlySpan<char> name)
    {
        for (var i = 0; i < Limits.RouteValues && TryNext(ref values, out var key, out var value); i++)
            if (key.SequenceEqual(name)) return value;
        return default;
    }

    static ReadOnlySpan<char> FirstOf(ReadOnlySpan<char> path) => path[1..].IndexOf('/') is >= 0 and var slash ? path[1..(slash + 1)] : path[1..];

    static int Occurrences(ReadOnlySpan<char> segment, ReadOnlySpan<char> path)
    {
        var count = 0;
        for (; !path.IsEmpty; path = path[(FirstOf(path).Length + 1)..])
            if (FirstOf(path).SequenceEqual(segment)) count++;
        return count;
    }

    // Where several parameters have the same value, each stands for one segment: the first for the first.
    static ReadOnlySpan<char> ParameterOf(ReadOnlySpan<char> segment, ReadOnlySpan<char> values, int before)
    {
        ReadOnlySpan<char> last = default;
        for (var i = 0; i < Limits.RouteValues && TryNext(ref values, out var key, out var value); i++)
        {
            if (value.IsEmpty || !value.SequenceEqual(segment) || key is "controller" or "action" or "area") continue;
            last = key;
            if (before-- == 0) break;
        }
        return last;
    }

    static bool TryNext(scoped ref ReadOnlySpan<char> values, out ReadOnlySpan<char> key, out ReadOnlySpan<char> value)
    {
        key = value = default;
        if (values.Length < 4 || values[0] != '[' || values.IndexOf(", ") is not (> 0 and var comma)) return false;
        key = values[1..comma];
        var rest = values[(comma + 2)..];
        var end = rest.IndexOf("],[");
        value = end < 0 ? rest[..^1] : rest[..end];
        values = end < 0 ? default : rest[(end + 2)..];
        return true;
    }

    static int Copy(ReadOnlySpan<char> text, bool parameter, Span<char> into)
    {
        if (!parameter) return text[..Math.Min(text.Length, into.Length)] is var cut && cut.TryCopyTo(into) ? cut.Length : 0;
        return into.TryWrite($"{{{text}}}", out var length) ? length : 0;
    }
}
