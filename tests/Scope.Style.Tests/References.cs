// Who may know whom: the table of the design's layout, as data. A project or a package that is not in its row does not come in.
using System.Xml.Linq;

namespace Scope.Style.Tests;

static class References
{
    const string Diagnostics = "Microsoft.Diagnostics.";

    /// <summary>Each project with what it may reference; a package by the beginning of its name.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["Scope.Events"] = ["NodaTime"],
        ["Scope.Hooks.Wire"] = [],
        ["Scope.Hooks.Probe"] = ["Scope.Hooks.Wire"],
        ["Scope.Hooks.Native"] = ["Scope.Hooks.Wire"],
        ["Scope.Attach"] = ["Scope.Events", "Scope.Hooks.Wire", Diagnostics],
        ["Scope.Pipeline"] = ["Scope.Events"],
        ["Scope.Store"] = ["Scope.Events"],
        ["Scope.Store.Postgres"] = ["Scope.Store", "Scope.Events", "Npgsql"],
        // Apart from the store, so that only who archives into a bucket loads Amazon's client.
        ["Scope.Store.S3"] = ["Scope.Store", "Scope.Events", "AWSSDK.S3"],
        ["Scope.Code"] = ["Scope.Events", "ICSharpCode.Decompiler", "System.Reflection.Metadata"],
        ["Scope.Insight"] = ["Scope.Events", "Scope.Store", "Scope.Code"],
        ["Scope.Reports"] = ["Scope.Events", "Scope.Store", "Scope.Insight"],
        // The live page shows the report's own sections, so that what moved on the screen stands alike in the report afterwards.
        ["Scope.Cinema"] = ["Scope.Events", "Scope.Store", "Scope.Insight", "Scope.Reports"],
        ["Scope.Agent"] = ["Scope.", "*"],
    };

    /// <summary>What a project file references beyond its row.</summary>
    public static IEnumerable<Offence> Offences(string path, string xml)
    {
        var project = Path.GetFileNameWithoutExtension(path);
        var references = XDocument.Parse(xml, LoadOptions.SetLineInfo).Descendants().Where(e => e.Name.LocalName is "ProjectReference" or "PackageReference" or "Reference").ToList();
        if (!Allowed.TryGetValue(project, out var allowed))
        {
            yield return new(path, 1, $"{project} has no row in the table of references");
            yield break;
        }
        foreach (var reference in references)
        {
            var include = ((string?)reference.Attribute("Include") ?? "").Replace('\\', '/');
            var isProject = reference.Name.LocalName == "ProjectReference";
            var name = isProject ? Path.GetFileNameWithoutExtension(include) : include;
            if (!allowed.Any(a => a == "*" ? !isProject : a.EndsWith('.') ? name.StartsWith(a, StringComparison.Ordinal) : name == a))
                yield return new(path, ((System.Xml.IXmlLineInfo)reference).LineNumber, $"{project} may not reference {name}");
        }
    }
}
