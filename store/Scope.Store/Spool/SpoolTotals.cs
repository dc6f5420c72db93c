// What a spool lost in all its life, also of recordings that are no longer in it: one small file at its root.
using System.Text.Json;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Spool;

/// <summary>The losses of a spool, in events by what they were.</summary>
static class SpoolTotals
{
    const string FileName = "lost.json";

    /// <summary>The losses so far; none where the file is missing or broken.</summary>
    public static IReadOnlyDictionary<string, long> Read(string spool)
    {
        var path = Path.Combine(spool, FileName);
        try
        {
            return File.Exists(path) && new FileInfo(path).Length < Limits.ConfigurationBytes ? JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllText(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, long>();
        }
    }

    /// <summary>Adds losses.</summary>
    public static void Add(string spool, IReadOnlyDictionary<string, long> lost)
    {
        var totals = new Dictionary<string, long>(Read(spool));
        foreach (var (what, events) in lost) totals[what] = totals.GetValueOrDefault(what) + events;
        OwnerFile.Replace(Path.Combine(spool, FileName), file => JsonSerializer.Serialize(file, totals));
    }
}
