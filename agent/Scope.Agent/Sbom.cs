// What Scope is made of, for who must know it: a software bill of materials as CycloneDX 1.6 has it, of the packages that lie
// beside the program, with their versions and hashes as the build resolved them. Nothing is asked of any server.
using System.Text.Json;

namespace Scope.Agent;

static class Sbom
{
    /// <summary>The bill of a program, from what its build wrote beside it.</summary>
    /// <param name="deps">The program's deps.json.</param>
    public static object Of(JsonElement deps)
    {
        var libraries = deps.GetProperty("libraries").EnumerateObject().Select(l => (Ref: RefOf(l.Name), Name: NameOf(l.Name), Version: VersionOf(l.Name), IsPackage: l.Value.GetProperty("type").GetString() == "package", Hash: l.Value.GetProperty("sha512").GetString()!)).ToList();
        var program = libraries[0];
        return new
        {
            bomFormat = "CycloneDX", specVersion = "1.6", version = 1,
            metadata = new { component = new Dictionary<string, object> { ["type"] = "application", ["bom-ref"] = program.Ref, ["name"] = program.Name, ["version"] = program.Version } },
            components = libraries.Skip(1).Select(l => ComponentOf(l.Ref, l.Name, l.Version, l.IsPackage, l.Hash)),
            dependencies = deps.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject().Select(t => new Dictionary<string, object>
            {
                ["ref"] = RefOf(t.Name),
                ["dependsOn"] = t.Value.TryGetProperty("dependencies", out var needed) ? needed.EnumerateObject().Select(n => RefOf($"{n.Name}/{n.Value.GetString()}")).ToArray() : [],
            }),
        };
    }

    /// <summary>The deps.json of this program.</summary>
    public static JsonElement OwnDeps() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "scope-attach.deps.json"))).RootElement;

    static Dictionary<string, object> ComponentOf(string reference, string name, string version, bool isPackage, string hash)
    {
        var component = new Dictionary<string, object> { ["type"] = "library", ["bom-ref"] = reference, ["name"] = name, ["version"] = version };
        if (!isPackage) return component;
        component["purl"] = reference;
        component["hashes"] = new[] { new { alg = "SHA-512", content = Convert.ToHexStringLower(Convert.FromBase64String(hash["sha512-".Length..])) } };
        return component;
    }

    static string NameOf(string library) => library[..library.IndexOf('/')];

    static string VersionOf(string library) => library[(library.IndexOf('/') + 1)..];

    static string RefOf(string library) => $"pkg:nuget/{NameOf(library)}@{VersionOf(library)}";
}
