// "Did you mean …?": the known name that takes the fewest changes of a letter.
namespace Scope.Events;

/// <summary>Finds the name that was probably meant.</summary>
public static class Nearest
{
    /// <summary>The hint for an unknown name: the nearest known one, or all when none is near; empty when none is known.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        var all = known.ToList();
        if (all.Count == 0) return "";
        var nearest = all.MinBy(k => Changes(name, k))!;
        return Changes(name, nearest) <= Math.Max(2, nearest.Length / 3) ? $"; did you mean {nearest}?" : $"; there are {string.Join(", ", all)}";
    }

    // Insertions, removals and replacements of a letter, by the usual table kept in one row.
    internal static int Changes(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 0; i < from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i + 1;
            for (var j = 0; j < to.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(from[i]) == char.ToLowerInvariant(to[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }
        return row[^1];
    }
}
