// Which methods are looked for, as text: terms that must all hold, such as
//
//   MyApp.Orders.*.Place*    attribute:HttpPost    base:IHandler    namespace:MyApp.Orders    calls:Npgsql.*.Execute*
//   OrderService.cs:42       MyApp.Cart.Add@IL_001a      writes:Order.Status
//
// Names are as written in the source: an async method is its own name and not that of its state machine, a property is its
// accessors, nested types stand behind a point, a lambda is Method.lambda and a local function Method.Name.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Scope.Events;

namespace Scope.Code.Probing;

/// <summary>A place in a source file.</summary>
/// <param name="File">The file's name, or the end of its path.</param>
/// <param name="Line">The line, from 1.</param>
public readonly record struct SourcePlace(string File, int Line);

/// <summary>What methods must be to be found; what is null is not asked.</summary>
public sealed record MethodQuery
{
    /// <summary>As it was typed.</summary>
    public required string Text { get; init; }

    /// <summary>The pattern of the name, without an IL offset.</summary>
    public string Name { get; init; } = "";

    /// <summary>An attribute on the method or its type, with or without "Attribute" at its end.</summary>
    public NamePattern? Attribute { get; init; }

    /// <summary>A base class or an interface of its type, however far up.</summary>
    public NamePattern? Base { get; init; }

    /// <summary>The namespace of its type.</summary>
    public NamePattern? Namespace { get; init; }

    /// <summary>A method that it calls.</summary>
    public NamePattern? Calls { get; init; }

    /// <summary>A field or property that it assigns.</summary>
    public NamePattern? Writes { get; init; }

    /// <summary>What its code does, by a name of <see cref="CodeShapes"/>.</summary>
    public CodeShape? Does { get; init; }

    /// <summary>A line of source that it holds.</summary>
    public SourcePlace? Place { get; init; }

    /// <summary>Where in its IL, bytes; null for the method as a whole.</summary>
    public int? IlOffset { get; init; }

    static readonly Dictionary<string, Func<MethodQuery, string, MethodQuery?>> Keys = new()
    {
        ["name"] = (query, value) => query with { Name = value },
        ["attribute"] = (query, value) => query with { Attribute = new(value, whole: true) },
        ["base"] = (query, value) => query with { Base = new(value, whole: true) },
        ["namespace"] = (query, value) => query with { Namespace = new(value, whole: true) },
        ["calls"] = (query, value) => query with { Calls = new(value, whole: true) },
        ["writes"] = (query, value) => query with { Writes = new(value, whole: true) },
        ["does"] = (query, value) => CodeShapes.Find(value) is { } shape ? query with { Does = shape } : null,
    };

    /// <summary>Reads one; when it is none, says what is wrong with it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MethodQuery? query, [NotNullWhen(false)] out TextMistake? mistake)
    {
        query = new() { Text = text.Trim() };
        mistake = text.Trim().Length == 0 ? new(text, 0, "here the name of a method is missing, such as MyApp.Orders.*.Place*") : null;
        for (var at = 0; mistake is null && at < text.Length;)
        {
            var end = at;
            while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            if (end > at) query = Take(query!, text, at, text[at..end], out mistake);
            at = end + 1;
        }
        if (mistake is not null) query = null;
        return mistake is null;
    }

    static MethodQuery? Take(MethodQuery query, string text, int at, string term, out TextMistake? mistake)
    {
        mistake = null;
        var colon = term.IndexOf(':');
        if (colon < 0) return TakeName(query, text, at, term, out mistake);
        var (key, value) = (term[..colon], term[(colon + 1)..]);
        if (value.Length == 0) mistake = new(text, at + colon, "here a value is missing");
        else if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && key.Contains('.')) return query with { Place = new(key, line) };
        else if (!Keys.TryGetValue(key, out var take)) mistake = new(text, at, $"'{key}' is nothing that methods are found by{Nearest.Hint(key, Keys.Keys)}");
        else if (take(query, value) is { } taken) return taken;
        else mistake = new(text, at + colon + 1, $"'{value}' is nothing that code is looked through for{Nearest.Hint(value, CodeShapes.All.Select(s => s.Name))}");
        return null;
    }

    static MethodQuery? TakeName(MethodQuery query, string text, int at, string term, out TextMistake? mistake)
    {
        mistake = null;
        var mark = term.IndexOf('@');
        if (mark < 0) return query with { Name = term };
        var offset = term[(mark + 1)..];
        if (offset.StartsWith("IL_", StringComparison.OrdinalIgnoreCase) && int.TryParse(offset.AsSpan(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bytes))
            return query with { Name = term[..mark], IlOffset = bytes };
        mistake = new(text, at + mark + 1, "an IL offset is written IL_ and its hexadecimal digits, as disassemblers show it: IL_001a");
        return null;
    }
}
