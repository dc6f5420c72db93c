// The text of --providers, in dotnet-trace's syntax: Name[:Keywords[:Level[:key=value;key=value]]], several with commas
// between them. A mistake is shown where it stands.
using System.Collections.Immutable;
using System.Globalization;
using Scope.Attach.Port;

namespace Scope.Attach.Profiles;

/// <summary>Reads provider texts.</summary>
public static class ProviderText
{
    const ulong AllKeywords = ulong.MaxValue;
    const int DefaultLevel = 4;

    static readonly Dictionary<string, int> Levels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["logalways"] = 0, ["critical"] = 1, ["error"] = 2, ["warning"] = 3, ["informational"] = 4, ["verbose"] = 5,
    };

    /// <summary>Reads a text of one or more providers.</summary>
    public static Attempt<ProviderRequest[]> Parse(string text)
    {
        var providers = new List<ProviderRequest>();
        foreach (var (start, end) in SplitOutsideQuotes(text))
        {
            if (!ParseOne(text, start, end).Try(out var provider, out var failure)) return failure;
            providers.Add(provider);
        }
        return providers.ToArray();
    }

    static Attempt<ProviderRequest> ParseOne(string text, int start, int end)
    {
        // Four parts at most: the arguments may hold colons themselves.
        var parts = text[start..end].Split(':', 4);
        var at = start;
        var name = parts[0].Trim();
        if (name.Length == 0) return Wrong(text, start, end, "a provider's name is missing");
        if (name.IndexOfAny([' ', '=', ';', '"']) >= 0) return Wrong(text, start, start + parts[0].Length, $"\"{name}\" is no provider's name");
        at += parts[0].Length + 1;
        var keywords = AllKeywords;
        if (parts.Length > 1 && !string.IsNullOrWhiteSpace(parts[1]) && !TryKeywords(parts[1].Trim(), out keywords))
            return Wrong(text, at, at + parts[1].Length, $"\"{parts[1]}\" is no keyword mask: write hexadecimal digits such as 0x8000, at most 16");
        at += parts.Length > 1 ? parts[1].Length + 1 : 0;
        var level = DefaultLevel;
        if (parts.Length > 2 && !string.IsNullOrWhiteSpace(parts[2]) && !TryLevel(parts[2].Trim(), out level))
            return Wrong(text, at, at + parts[2].Length, $"\"{parts[2]}\" is no level: write 0 to 5, or one of {string.Join(", ", Levels.Keys)}");
        at += parts.Length > 2 ? parts[2].Length + 1 : 0;
        if (parts.Length > 3 && BadArgument(parts[3]) is { } bad)
            return Wrong(text, at + bad, end, $"\"{text[(at + bad)..end]}\" is no argument: write key=value;key=value");
        return new ProviderRequest(name, keywords, level, parts.Length > 3 ? parts[3] : "");
    }

    static bool TryKeywords(string text, out ulong keywords) =>
        ulong.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out keywords);

    static bool TryLevel(string text, out int level) =>
        Levels.TryGetValue(text, out level) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out level) && level <= 5;

    // The place of the first argument that is none: no "=", or nothing before it. Semicolons in quotes belong to a value.
    static int? BadArgument(string arguments)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i <= arguments.Length; i++)
        {
            if (i < arguments.Length && arguments[i] == '"') quoted = !quoted;
            if (i < arguments.Length && (quoted || arguments[i] != ';')) continue;
            if (i > start && arguments.AsSpan(start, i - start).IndexOf('=') <= 0) return start;
            start = i + 1;
        }
        return quoted ? 0 : null;
    }

    static IEnumerable<(int Start, int End)> SplitOutsideQuotes(string text)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            if (quoted || text[i] != ',') continue;
            yield return (start, i);
            start = i + 1;
        }
        yield return (start, text.Length);
    }

    static AttachFailure Wrong(string text, int start, int end, string what)
    {
        var mark = new string(' ', start) + new string('^', Math.Max(1, end - start));
        return new(AttachReason.BadRequest, 0, $"--providers, character {start + 1}: {what}\n  {text}\n  {mark}");
    }
}
