// How the server is going to answer, read off its own plan: which indexes and how many of the hours' tables it takes, and how many
// rows its statistics let it expect.
using System.Text.Json;

namespace Scope.Store.Postgres;

/// <summary>Reads a plan of EXPLAIN (FORMAT JSON).</summary>
static class PostgresWay
{
    /// <summary>The way that a plan says.</summary>
    public static QueryWay Of(string json)
    {
        using var plan = JsonDocument.Parse(json);
        var indexes = new SortedSet<string>(StringComparer.Ordinal);
        var (scans, rows) = (0, 0.0);
        Read(plan.RootElement[0].GetProperty("Plan"));
        return new($"{scans} table{(scans == 1 ? "" : "s")} by {(indexes.Count == 0 ? "reading them whole" : string.Join(", ", indexes))}", (long)rows);

        void Read(JsonElement node)
        {
            // An index of a partition is called after its hour: what it is of says more.
            if (node.TryGetProperty("Index Name", out var index)) indexes.Add(IndexOf(index.GetString()!));
            if (node.TryGetProperty("Relation Name", out _))
            {
                scans++;
                rows += node.GetProperty("Plan Rows").GetDouble();
            }
            if (!node.TryGetProperty("Plans", out var below)) return;
            foreach (var child in below.EnumerateArray()) Read(child);
        }
    }

    static string IndexOf(string name) => string.Join('_', name.Split('_').Where(part => !part.All(char.IsAsciiDigit)));
}
