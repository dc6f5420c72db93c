// findings.json is a public interface: each field by name, type and range, on findings with hostile text in them.
using System.Text.Json;
using Scope.Events;

namespace Scope.Insight.Tests;

[TestClass]
public class FindingsFileTests
{
    static readonly TargetInfo Target = new(4711, "Shop", "dotnet Shop.dll", "10.0.1", "x64", "linux", EventTime.Min, 2, "Shop");
    static readonly LedgerSummary Ledger = new(100, 3, [new("runtime", 100)], [new(LossSource.Ring, "runtime", new(1), new(2), 3)]);

    /// <summary>The schema: a path, and what must stand there. "?" after a path says that the array may be empty.</summary>
    static readonly (string Path, JsonValueKind Kind)[] Schema =
    [
        ("schema", JsonValueKind.Number), ("target", JsonValueKind.Object), ("target.pid", JsonValueKind.Number), ("target.name", JsonValueKind.String),
        ("window", JsonValueKind.Object), ("window.from", JsonValueKind.String), ("window.to", JsonValueKind.String),
        ("ledger", JsonValueKind.Object), ("ledger.captured", JsonValueKind.Number), ("ledger.lost", JsonValueKind.Number), ("ledger.bySource", JsonValueKind.Array),
        ("findings", JsonValueKind.Array), ("findings[].rank", JsonValueKind.Number), ("findings[].cause", JsonValueKind.String), ("findings[].culprit", JsonValueKind.String),
        ("findings[].also", JsonValueKind.Array), ("findings[].severity", JsonValueKind.String), ("findings[].confidence", JsonValueKind.Number),
        ("findings[].summary", JsonValueKind.String), ("findings[].advice", JsonValueKind.String), ("findings[].evidence", JsonValueKind.Array),
    ];

    [TestMethod]
    public void Each_field_of_the_schema_is_there_and_no_other_in_a_finding()
    {
        var root = Written([Finding("lock-contention", Severity.Critical, 0.971), Finding("slow-sql", Severity.Info, 2)]);
        foreach (var (path, kind) in Schema) All(root, path).ShouldAllBe(element => element.ValueKind == kind, path);
        root.EnumerateObject().Select(p => p.Name).ShouldBe(["schema", "target", "window", "ledger", "findings"]);
        var finding = root.GetProperty("findings")[0];
        finding.EnumerateObject().Select(p => p.Name).ShouldBe(["rank", "cause", "culprit", "also", "severity", "confidence", "summary", "advice", "evidence"]);
        root.GetProperty("schema").GetInt32().ShouldBe(1);
        root.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("rank").GetInt32()).ShouldBe([1, 2]);
        All(root, "findings[].severity").Select(s => s.GetString()).ShouldBe(["critical", "info"]);
        All(root, "findings[].confidence").ShouldAllBe(c => c.GetDouble() >= 0 && c.GetDouble() <= 1);
        finding.GetProperty("evidence").EnumerateArray().Select(e => e.GetInt64()).ShouldBe([7, 3]);
    }

    [TestMethod]
    public void A_healthy_service_has_an_empty_list() => Written([]).GetProperty("findings").GetArrayLength().ShouldBe(0);

    [TestMethod]
    public void Losses_stand_beside_what_was_captured()
    {
        var ledger = Written([]).GetProperty("ledger");
        ledger.GetProperty("captured").GetInt64().ShouldBe(100);
        ledger.GetProperty("lost").GetInt64().ShouldBe(3);
        ledger.GetProperty("bySource").GetArrayLength().ShouldBe(2);
    }

    [TestMethod]
    public void Text_of_the_target_comes_back_as_it_was()
    {
        var hostile = "<script>\"\u0001\u202E\uFFFD </script>\n";
        var finding = Written([Finding(hostile, Severity.Warning, 0.5)]).GetProperty("findings")[0];
        finding.GetProperty("cause").GetString().ShouldBe(hostile);
        // A lone surrogate is no text; it becomes the replacement character instead of breaking the file.
        Written([Finding("a\uD800b", Severity.Warning, 0.5)]).GetProperty("findings")[0].GetProperty("cause").GetString().ShouldBe("a\uFFFDb");
    }

    static Finding Finding(string cause, Severity severity, double confidence) => new()
    {
        Cause = cause, Culprit = "Shop.Ledger.Reserve", Also = ["POST /reserve"], Severity = severity, Confidence = confidence,
        Summary = "s", Advice = "a", Evidence = [new(7), new(3)],
    };

    static JsonElement Written(IReadOnlyList<Finding> findings)
    {
        using var stream = new MemoryStream();
        FindingsFile.Write(stream, Target, new(new(1_000_000_000), new(3_500_000_000), findings), Ledger);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    static IEnumerable<JsonElement> All(JsonElement root, string path)
    {
        IEnumerable<JsonElement> at = [root];
        foreach (var part in path.Split('.'))
            at = part.EndsWith("[]") ? at.SelectMany(e => e.GetProperty(part[..^2]).EnumerateArray()) : at.Select(e => e.GetProperty(part));
        return at.ToList();
    }
}
