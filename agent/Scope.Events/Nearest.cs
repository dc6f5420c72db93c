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

    /// <summary>The names that are nearest, by their ends with as many parts between points as the wanted one has.</summary>
    /// <param name="name">What is wanted.</param>
    /// <param name="known">What there is.</param>
    /// <param name="count">How many at most.</param>
    public static IReadOnlyList<string> Few(string name, IReadOnlyList<string> known, int count) =>
        [.. known.Select(k => (Name: k, Changes: Changes(name, EndOf(k, name.Count(c => c == '.') + 1)))).Where(k => k.Changes <= Math.Max(3, name.Length / 2)).OrderBy(k => k.Changes).Take(count).Select(k => k.Name)];

    static string EndOf(string name, int parts)
    {
        var at = name.Length;
        while (parts-- > 0 && at > 0) at = name.LastIndexOf('.', at - 1);
        return name[(at + 1)..];
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
