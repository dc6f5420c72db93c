// The rows as one aligned table for people, and as JSON for machines.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Scope.Benchmarks;

/// <summary>Writes rows.</summary>
static class BenchmarkTable
{
    static readonly string[] Heads = ["what", "must reach", "ours", "peer", "ratio", "reached"];
    static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Text(IReadOnlyList<BenchmarkRow> rows)
    {
        string[][] cells = [Heads, .. rows.Select(Cells)];
        var widths = Enumerable.Range(0, Heads.Length).Select(c => cells.Max(row => row[c].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in cells)
            text.AppendLine(string.Join("  ", row.Select((cell, c) => c is 2 or 4 ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd());
        return text.ToString();
    }

    public static string Json(IReadOnlyList<BenchmarkRow> rows) => JsonSerializer.Serialize(rows, JsonOptions);

    static string[] Cells(BenchmarkRow row) =>
    [
        row.What,
        row.MustReach,
        $"{Number(row.Ours)} {row.Unit}",
        row.Peer is { } peer ? $"{Number(peer)} {row.Unit} ({row.PeerName})" : "",
        row.Ratio is { } ratio ? $"× {Number(ratio)}" : "",
        row.Reached switch { true => "yes", false => "NO", null => "" },
    ];

    static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 100 => "#,0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
