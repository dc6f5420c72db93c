// What scope-attach found, as programs read it.
using System.Text.Json;

namespace Scope.Diagnose;

/// <summary>A finding.</summary>
sealed record Finding(int Rank, string Cause, string Culprit, string Severity, string Summary);

/// <summary>findings.json.</summary>
sealed record FindingsFile(IReadOnlyList<Finding> Findings)
{
    /// <summary>Reads it.</summary>
    public static FindingsFile Read(string file) => JsonSerializer.Deserialize<FindingsFile>(File.ReadAllText(file), JsonSerializerOptions.Web)!;
}
