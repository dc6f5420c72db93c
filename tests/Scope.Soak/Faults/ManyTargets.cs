// Many targets on one agent, as `scope-attach watch` has them: each is attached to, each is heard as much as the others, none
// starves, and memory stays within what watch may take for all of them.
using System.Text.Json;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class ManyTargets
{
    const int Few = 5, Many = 50, MostMemoryMegabytes = 1024;
    const string Service = "one of many";
    const double LeastOfFair = 0.5; // Of the middle one's events: all do the same, but the machine gives time to one after the other.

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        var count = run.IsLong ? Many : Few;
        using OwnWatch watch = new();
        watch.Configure([Service], $"""
            [safety]
            max_memory_mb = {MostMemoryMegabytes}
            """);
        var targets = new List<ChildProcess>();
        try
        {
            for (var i = 0; i < count; i++) targets.Add(await Hostile.StartAsync(new Dictionary<string, string?>(watch.As(Service)) { ["DOTNET_TieredCompilation"] = "0", ["DOTNET_gcConcurrent"] = "0" }));
            await using var watching = watch.Start("--quiet");
            await Deadline.UntilAsync("all to be attached", async () => (await StatusAsync(watch)).Count == count, TimeSpan.FromMinutes(5));
            return [Measures.All("targets attached", count, count), .. await WatchAsync(run, watch, watching, targets)];
        }
        finally
        {
            foreach (var target in targets) await target.DisposeAsync();
        }
    }

    static async Task<List<BenchmarkRow>> WatchAsync(FaultRun run, OwnWatch watch, ChildProcess watching, List<ChildProcess> targets)
    {
        var (from, most) = (await StatusAsync(watch), 0L);
        for (var looks = 0; run.Goes(looks, 3, int.MaxValue); looks++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            most = Math.Max(most, AgentWatch.MemoryOf(watching.Id));
        }
        var to = await StatusAsync(watch);
        long[] heard = [.. to.Select(t => t.Value.Captured - from[t.Key].Captured)];
        var middle = Measures.Median(heard.Select(h => (double)h));
        watching.Signal(2);
        var ended = await watching.EndAsync(TimeSpan.FromMinutes(3));
        return
        [
            Measures.All("targets that were heard", heard.Count(h => h > 0), targets.Count),
            Measures.Figure("events of the middle one", middle),
            BenchmarkRow.Alone("of the least heard, against it", $"≥ {LeastOfFair:0.0}", heard.Min() / middle, "", heard.Min() >= middle * LeastOfFair),
            .. LostBy(to).Select(l => BenchmarkRow.Alone($"events lost of all, by {l.Key}", l.Key == LossSource.Pressure ? "" : "none", l.Value, "", l.Key == LossSource.Pressure ? null : l.Value == 0)),
            Measures.AtMost("the watch's memory", most / 1e6, MostMemoryMegabytes, "MB"),
            Measures.All("targets that live", targets.Count(t => t.Running), targets.Count),
            BenchmarkRow.Alone("how the watch ended", "0", ended.ExitCode, "", ended.ExitCode == 0),
        ];
    }

    static IEnumerable<KeyValuePair<LossSource, long>> LostBy(Dictionary<int, (long Captured, Dictionary<LossSource, long> Lost)> targets) =>
        targets.SelectMany(t => t.Value.Lost).Where(l => Ledger.CountsEvents(l.Key)).GroupBy(l => l.Key).Select(g => KeyValuePair.Create(g.Key, g.Sum(l => l.Value)));

    static async Task<Dictionary<int, (long Captured, Dictionary<LossSource, long> Lost)>> StatusAsync(OwnWatch watch)
    {
        var told = await watch.StatusAsync("--json");
        if (told.ExitCode != 0) return [];
        return JsonDocument.Parse(told.Output).RootElement.GetProperty("targets").EnumerateArray().ToDictionary(
            t => t.GetProperty("pid").GetInt32(),
            t => (t.GetProperty("captured").GetInt64(), t.GetProperty("lost").EnumerateObject().ToDictionary(l => Enum.Parse<LossSource>(l.Name), l => l.Value.GetInt64())));
    }
}
