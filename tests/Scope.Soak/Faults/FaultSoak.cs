// All faults one after the other, each for its part of the time: a line for each, OK or NO, and below it what was measured.
using System.Text;
using Scope.Benchmarks;

namespace Scope.Soak.Faults;

static class FaultSoak
{
    /// <summary>Runs some faults.</summary>
    /// <param name="faults">Which.</param>
    /// <param name="duration">The time for all of them.</param>
    /// <param name="tell">Is told what is going on.</param>
    public static async Task<IReadOnlyList<(Fault Fault, IReadOnlyList<BenchmarkRow> Rows)>> RunAsync(IReadOnlyList<Fault> faults, TimeSpan duration, Action<string> tell)
    {
        var (results, all) = (new List<(Fault, IReadOnlyList<BenchmarkRow>)>(), faults.Sum(f => f.Share));
        foreach (var fault in faults)
        {
            tell($"{DateTime.UtcNow:HH:mm:ss} {fault.Name}: {fault.What}");
            var rows = await TryAsync(fault, new(duration * (fault.Share / all), line => tell("  " + line)));
            results.Add((fault, rows));
            tell($"{DateTime.UtcNow:HH:mm:ss} {Line(fault, rows)}");
            if (rows.Where(r => r.Reached == false).ToList() is { Count: > 0 } missed) tell(BenchmarkTable.Text(missed));
        }
        return results;
    }

    /// <summary>The results for people.</summary>
    public static string Text(IReadOnlyList<(Fault Fault, IReadOnlyList<BenchmarkRow> Rows)> results)
    {
        var text = new StringBuilder();
        foreach (var (fault, rows) in results) text.AppendLine(Line(fault, rows)).AppendLine(BenchmarkTable.Text(rows));
        foreach (var (fault, rows) in results) text.AppendLine(Line(fault, rows));
        return text.ToString();
    }

    static string Line(Fault fault, IReadOnlyList<BenchmarkRow> rows) => $"{(rows.Any(r => r.Reached == false) ? "NO" : "OK")}  {fault.Name}: {fault.What}";

    // One that cannot even be tried must not take the others with it.
    static async Task<IReadOnlyList<BenchmarkRow>> TryAsync(Fault fault, FaultRun run)
    {
        try
        {
            return await fault.RunAsync(run);
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException)
        {
            return [BenchmarkRow.Alone($"it was tried ({e.Message})", "to its end", 0, "", false)];
        }
    }
}
