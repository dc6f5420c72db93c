// The bill of materials names what the lock file of the program resolved, package by package.
using System.Text.Json;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class SbomTests
{
    [TestMethod]
    public void Every_package_of_the_bill_is_the_one_that_is_locked_and_all_that_are_asked_for_are_in_it()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "scope.toml"))) folder = folder.Parent;
        var locked = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.FullName, "agent/Scope.Agent/packages.lock.json"))).RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(p => p.Value.GetProperty("type").GetString() != "Project").ToDictionary(p => p.Name, p => p.Value);
        var bill = JsonSerializer.SerializeToElement(Sbom.Of(Sbom.OwnDeps()));

        (bill.GetProperty("bomFormat").GetString(), bill.GetProperty("specVersion").GetString()).ShouldBe(("CycloneDX", "1.6"));
        bill.GetProperty("metadata").GetProperty("component").GetProperty("name").GetString().ShouldBe("scope-attach");
        var components = bill.GetProperty("components").EnumerateArray().ToList();
        var packages = components.Where(c => c.TryGetProperty("purl", out _)).ToDictionary(c => c.GetProperty("name").GetString()!);
        foreach (var (name, package) in packages)
        {
            package.GetProperty("version").GetString().ShouldBe(locked[name].GetProperty("resolved").GetString(), name);
            package.GetProperty("hashes")[0].GetProperty("content").GetString().ShouldBe(Convert.ToHexStringLower(Convert.FromBase64String(locked[name].GetProperty("contentHash").GetString()!)), name);
        }
        foreach (var name in (string[])["NodaTime", "Npgsql", "AWSSDK.S3", "System.CommandLine", "Microsoft.Diagnostics.Runtime", "Spectre.Console"]) packages.ShouldContainKey(name);
        var known = components.Select(c => c.GetProperty("bom-ref").GetString()).Append(bill.GetProperty("metadata").GetProperty("component").GetProperty("bom-ref").GetString()).ToHashSet();
        foreach (var reference in bill.GetProperty("dependencies").EnumerateArray().SelectMany(d => d.GetProperty("dependsOn").EnumerateArray().Append(d.GetProperty("ref"))))
            known.ShouldContain(reference.GetString());
    }
}
