// Reads a normalised statement for the mistake that costs most and is seen at once: tables that are listed with no
// condition between them, so that every row of one meets every row of the other. Only what is certain is said: where a
// column does not tell its table, or the FROM clause holds anything but tables, nothing is.
namespace Scope.Insight.Views;

/// <summary>Finds joins without a condition.</summary>
internal static class UnjoinedTables
{
    static readonly string[] EndOfFrom = ["where", "group", "order", "having", "limit", "union", "window", "fetch", "offset", "for", "returning"];
    static readonly string[] NoReference = ["and", "or", "not", "is", "null", "in", "like", "ilike", "between", "true", "false", "any"];

    /// <summary>Two tables that a SELECT joins without a condition; null when it does not, or it cannot be told.</summary>
    public static (string One, string Other)? Of(string sql)
    {
        var words = Words(sql);
        if (words.Count == 0 || words[0] != "select" || words.Count(word => word == "select") > 1) return null;
        var from = words.IndexOf("from");
        if (from < 0 || TablesOf(words, from + 1, out var end) is not { Count: > 1 } tables) return null;
        var groups = tables.Select(table => new HashSet<string> { table.Alias }).ToList();
        if (end < words.Count && words[end] == "where" && !Connect(words, end + 1, groups)) return null;
        return groups.Count < 2 ? null : (NameOf(groups[0]), NameOf(groups[1]));

        string NameOf(HashSet<string> group) => tables.First(table => group.Contains(table.Alias)).Name;
    }

    /// <summary>Tables parted by commas or CROSS JOIN, with the names they go by; null where anything else stands there.</summary>
    static List<(string Name, string Alias)>? TablesOf(List<string> words, int at, out int end)
    {
        var tables = new List<(string, string)>();
        for (end = at; end < words.Count && !EndOfFrom.Contains(words[end]) && words[end] != ";";)
        {
            var name = words[end++];
            if (!IsName(name)) return null;
            if (end < words.Count && words[end] == "as") end++;
            var alias = end < words.Count && IsName(words[end]) && words[end] is not ("cross" or "join" or "inner" or "left" or "right" or "full" or "natural") && !EndOfFrom.Contains(words[end]) ? words[end++] : name;
            tables.Add((name, alias));
            if (end == words.Count || EndOfFrom.Contains(words[end]) || words[end] == ";") break;
            if (words[end] == ",") end++;
            else if (words[end] == "cross" && end + 1 < words.Count && words[end + 1] == "join") end += 2;
            else return null; // A join with a condition, a function, a query in the query: not for this reader.
        }
        return tables;
    }

    /// <summary>Puts tables that a condition names together into one group; false when a column does not tell whose it is.</summary>
    static bool Connect(List<string> words, int at, List<HashSet<string>> groups)
    {
        var inOne = new List<HashSet<string>>();
        for (; at < words.Count && !EndOfFrom.Contains(words[at]); at++)
        {
            if (words[at] is "and" or "or") inOne.Clear();
            if (!IsName(words[at]) || NoReference.Contains(words[at])) continue;
            var dot = words[at].LastIndexOf('.');
            if (dot < 0 || groups.Find(g => g.Contains(words[at][..dot])) is not { } group) return false;
            inOne.Add(group);
            if (inOne[0] == group) continue;
            inOne[0].UnionWith(group);
            groups.Remove(group);
            inOne.RemoveAll(other => other == group);
        }
        return true;
    }

    static bool IsName(string word) => char.IsLetter(word[0]) || word[0] is '_' or '"';

    /// <summary>Lower-case words, quotes taken off; signs one by one.</summary>
    static List<string> Words(string sql)
    {
        var words = new List<string>();
        for (var i = 0; i < sql.Length;)
        {
            var begin = i;
            while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '.' or '"' or '`' or '$')) i++;
            if (i > begin) words.Add(sql[begin..i].Replace("\"", "").Replace("`", "").ToLowerInvariant() is { Length: > 0 } word ? word : "?");
            else if (!char.IsWhiteSpace(sql[i++])) words.Add(sql[begin].ToString());
        }
        return words;
    }
}
