// findings.json, read by its published schema: a field that is missing or of another type fails here.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scope.EndToEnd.Tests;

/// <summary>A finding, as programs read it.</summary>
sealed record Finding(
    [property: JsonRequired] int Rank, [property: JsonRequired] string Cause, [property: JsonRequired] string Culprit, [property: JsonRequired] string[] Also,
    [property: JsonRequired] string Severity, [property: JsonRequired] double Confidence, [property: JsonRequired] string Summary, [property: JsonRequired] string Advice,
    [property: JsonRequired] long[] Evidence)
{
    public override string ToString() => $"{Rank}. {Cause}: {Culprit} ({Severity}, {Confidence})";
}

/// <summary>The ledger, as programs read it.</summary>
sealed record LedgerPart([property: JsonRequired] long Captured, [property: JsonRequired] long Lost, [property: JsonRequired] JsonElement[] BySource);

/// <summary>findings.json.</summary>
sealed record FindingsFile([property: JsonRequired] int Schema, [property: JsonRequired] JsonElement Target, [property: JsonRequired] JsonElement Window,
    [property: JsonRequired] LedgerPart Ledger, [property: JsonRequired] Finding[] Findings)
{
    static readonly string[] Severities = ["critical", "warning", "info"];

    /// <summary>Reads a recording's findings and checks what the schema promises beyond types.</summary>
    public static FindingsFile Of(string recording)
    {
        var file = JsonSerializer.Deserialize<FindingsFile>(File.ReadAllText(Path.Combine(recording, "findings.json")), JsonSerializerOptions.Web)!;
        file.Schema.ShouldBe(1);
        file.Target.GetProperty("pid").GetInt32().ShouldBeGreaterThan(0);
        file.Ledger.Captured.ShouldBeGreaterThan(0);
        file.Findings.Select(finding => finding.Rank).ShouldBe(Enumerable.Range(1, file.Findings.Length));
        foreach (var finding in file.Findings)
        {
            Severities.ShouldContain(finding.Severity);
            finding.Confidence.ShouldBeInRange(0, 1);
            finding.Summary.ShouldNotBeNullOrWhiteSpace();
            finding.Advice.ShouldNotBeNullOrWhiteSpace();
            finding.Evidence.ShouldNotBeEmpty(finding.ToString());
        }
        return file;
    }

    /// <summary>All of them, for a failing test's message.</summary>
    public string Print() => Findings.Length == 0 ? "no findings" : string.Join("\n", Findings.Select(finding => $"{finding}\n   {finding.Summary}"));
}
