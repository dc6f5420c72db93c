// What the target itself wrote of its work.
using System.Text.Json;
using Scope.Targets.Shop.Truth;

namespace Scope.Truth.Tests;

/// <summary>The truth of one run.</summary>
sealed class TruthFile
{
    const string Mark = "truth:";
    const string NoSpan = "none";

    readonly Dictionary<int, List<TruthRecord>> _burnsByThread;

    public TruthFile(string path)
    {
        Records = [.. File.ReadLines(path).Where(line => line.Contains("\"kind\"", StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<TruthRecord>(line, JsonSerializerOptions.Web)!).Where(record => record.Span != NoSpan)];
        _burnsByThread = Records.Where(record => record.Kind == "burn").GroupBy(record => record.Thread).ToDictionary(group => group.Key, group => group.ToList());
    }

    /// <summary>All work that belonged to a span.</summary>
    public IReadOnlyList<TruthRecord> Records { get; }

    /// <summary>The span that a thread burnt for at a time; null when it did not.</summary>
    public string? BurntFor(long thread, Func<long, long, bool> within) =>
        _burnsByThread.TryGetValue((int)thread, out var burns) ? burns.Find(burn => within(burn.StartTicks, burn.EndTicks))?.Span : null;

    /// <summary>The span that a stamped text names; null when it is not stamped.</summary>
    public static string? SpanIn(string? text) =>
        text?.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at && text[(at + Mark.Length)..].Split(' ')[0] is var span && span != NoSpan ? span : null;
}
