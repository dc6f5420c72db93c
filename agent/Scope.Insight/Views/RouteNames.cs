// Requests by route where the source told only the path: "GET /orders/4711" and "GET /orders/4712" are one route. A segment
// that looks like a key becomes {id}; a route that the source told stays as it is.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The route that a request's name stands for.</summary>
internal sealed class RouteNames(Names names)
{
    const int LongestWord = 40; // A segment beyond this is a token or a title, no part of an address that somebody wrote.

    readonly Dictionary<NameId, NameId> _routes = [];

    /// <summary>The route's name for a request's.</summary>
    public NameId Of(NameId request)
    {
        if (_routes.TryGetValue(request, out var route)) return route;
        var text = names[request];
        var made = RouteOf(text);
        // A full dictionary costs the grouping, not the request.
        route = made == text || names.Intern(made) is { IsNone: true } ? request : names.Intern(made);
        return _routes[request] = route;
    }

    /// <summary>The route among some that a request's method and path fit, segment by segment; the one of its own when none does.</summary>
    public NameId RouteAmong(IReadOnlyList<NameId> routes, NameId request)
    {
        var own = Of(request);
        if (routes.Contains(own)) return own;
        var path = names[request].Split('?')[0].Split('/');
        foreach (var route in routes)
            if (Fits(names[route].Split('/'), path)) return route;
        return own;
    }

    static bool Fits(string[] template, string[] path)
    {
        if (template.Length != path.Length) return false;
        for (var i = 0; i < path.Length; i++)
            if (template[i] != path[i] && !(template[i].StartsWith('{') && path[i].Length > 0)) return false;
        return true;
    }

    /// <summary>A request's name with its keys replaced.</summary>
    internal static string RouteOf(string name)
    {
        var begin = name.IndexOf('/');
        if (begin < 0) return name;
        var end = name.IndexOf('?', begin);
        var path = end < 0 ? name[begin..] : name[begin..end];
        return name[..begin] + string.Join('/', path.Split('/').Select(segment => IsKey(segment) ? "{id}" : segment));
    }

    static bool IsKey(string segment)
    {
        if (segment.Length == 0 || segment[0] == '{') return false;
        if (segment.Length > LongestWord || Guid.TryParse(segment, out _)) return true;
        var digits = segment.Count(char.IsAsciiDigit);
        // All digits; or hexadecimal of some length; or a word of letters with mostly digits, such as ORD-20931. "v2" and "oauth2" are words.
        return digits == segment.Length || digits > 0 && segment.Length >= 8 && segment.All(char.IsAsciiHexDigit) || digits >= 4 && digits * 2 >= segment.Length;
    }
}
