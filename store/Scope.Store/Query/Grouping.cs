// How events are to be grouped and what is to be said of each group, as it is written: "route,time:10s" and "count,p99".
using System.Diagnostics.CodeAnalysis;
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>What to group by and what to count.</summary>
/// <param name="Parts">The keys, three at most; none makes one group of all.</param>
/// <param name="Aggregates">The numbers about each group; the groups are ordered by the first.</param>
public sealed record Grouping(IReadOnlyList<GroupPart> Parts, IReadOnlyList<Aggregate> Aggregates)
{
    const int MostParts = 3;

    /// <summary>Whether a key is the route of the flow, which other events tell.</summary>
    internal bool NeedsRoutes => Parts.Any(part => part.Name == "route");

    /// <summary>Reads a grouping; when it is none, says what is wrong with it.</summary>
    /// <param name="groupBy">Keys with commas between; a bucket of time has its width after a colon.</param>
    /// <param name="aggregate">Aggregates with commas between; "count" when empty.</param>
    /// <param name="grouping">The grouping.</param>
    /// <param name="mistake">What is wrong, and where.</param>
    public static bool TryParse(string groupBy, string aggregate, [NotNullWhen(true)] out Grouping? grouping, [NotNullWhen(false)] out TextMistake? mistake)
    {
        grouping = null;
        var parts = new List<GroupPart>();
        foreach (var (word, at) in Words(groupBy))
        {
            mistake = Part(groupBy, word, at, out var part);
            if (mistake is null && parts.Count == MostParts) mistake = new(groupBy, at, $"events are grouped by {MostParts} keys at most");
            if (mistake is not null) return false;
            parts.Add(part);
        }
        var aggregates = new List<Aggregate>();
        foreach (var (word, at) in Words(aggregate.Length == 0 ? "count" : aggregate))
        {
            if (Aggregate.All.FirstOrDefault(a => a.Name == word) is not { } known)
            {
                mistake = new(aggregate, at, $"'{word}' is nothing to count{Nearest.Hint(word, Aggregate.All.Select(a => a.Name))}");
                return false;
            }
            aggregates.Add(known);
        }
        mistake = null;
        grouping = new(parts, aggregates);
        return true;
    }

    static TextMistake? Part(string source, string word, int at, out GroupPart part)
    {
        part = default;
        var colon = word.IndexOf(':');
        var name = colon < 0 ? word : word[..colon];
        if (GroupKey.All.FirstOrDefault(k => k.Name == name) is not { } key) return new(source, at, $"'{name}' is nothing to group by{Nearest.Hint(name, GroupKey.All.Select(k => k.Name))}");
        if (!key.IsTime && colon >= 0) return new(source, at + colon, $"{name} has no width; only time has, as in time:10s");
        long width = 0;
        if (key.IsTime && (colon < 0 || !TimeText.TryDuration(word[(colon + 1)..], out width) || width == 0)) return new(source, colon < 0 ? at + word.Length : at + colon + 1, "how wide are the buckets? Write time:10s");
        part = new(key, width);
        return null;
    }

    static IEnumerable<(string Word, int At)> Words(string text)
    {
        if (text.Length == 0) yield break;
        var at = 0;
        foreach (var word in text.Split(','))
        {
            yield return (word.Trim(), at);
            at += word.Length + 1;
        }
    }
}
