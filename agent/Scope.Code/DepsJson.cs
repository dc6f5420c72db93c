// What a program's *.deps.json says of its assemblies: written by the build, it knows which are projects of the
// application and which came out of packages. Better than any guess by name.
using System.Text.Json;

namespace Scope.Code;

/// <summary>The origin of each assembly that a *.deps.json lists.</summary>
public sealed class DepsJson
{
    readonly Dictionary<string, CodeOrigin> _origins = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What it says of an assembly by simple name; null when it is not listed.</summary>
    public CodeOrigin? OriginOf(string assembly) => _origins.TryGetValue(assembly, out var origin) ? origin : null;

    /// <summary>How many assemblies it lists.</summary>
    public int Count => _origins.Count;

    /// <summary>Reads one; a file that is none gives null and says why.</summary>
    public static DepsJson? Read(ReadOnlyMemory<byte> utf8, out string problem)
    {
        try
        {
            // Editors and old SDKs put a byte order mark in front, which JSON does not allow.
            if (utf8.Span.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
            using var json = JsonDocument.Parse(utf8, new() { MaxDepth = 16, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var deps = new DepsJson();
            deps.Take(json.RootElement);
            problem = deps._origins.Count > 0 ? "" : "it lists no assemblies";
            return deps._origins.Count > 0 ? deps : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = "it is not a deps.json: " + e.Message;
            return null;
        }
    }

    void Take(JsonElement root)
    {
        if (!Has(root, "targets", out var targets) || !Has(root, "libraries", out var libraries)) return;
        foreach (var target in targets.EnumerateObject())
        {
            if (target.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var library in target.Value.EnumerateObject()) Take(library, libraries);
        }
    }

    void Take(JsonProperty library, JsonElement libraries)
    {
        if (!Has(libraries, library.Name, out var about) || !about.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String) return;
        if (OriginOfLibrary(type.GetString()!) is not { } origin) return;
        if (!Has(library.Value, "runtime", out var assets)) return;
        foreach (var asset in assets.EnumerateObject()) _origins[SimpleName(asset.Name)] = origin;
    }

    /// <summary>What the library types of the SDK mean here; null for what holds no code of its own.</summary>
    static CodeOrigin? OriginOfLibrary(string type) => type.ToLowerInvariant() switch
    {
        "project" => CodeOrigin.Application,
        "reference" => CodeOrigin.Application, // A DLL referenced by path: somebody here owns it.
        "package" => CodeOrigin.ThirdParty,
        "runtimepack" => CodeOrigin.Framework, // The framework inside of a self-contained program.
        _ => null,
    };

    static bool Has(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;
    }

    static string SimpleName(string path) => Path.GetFileNameWithoutExtension(path);
}
