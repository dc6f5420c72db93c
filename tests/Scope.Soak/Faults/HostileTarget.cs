// A target that says more than any bound allows: names that never come again, texts of a megabyte, bursts, stacks without an end,
// exceptions with huge messages. The recording is bounded in memory, what found no room is counted, and the service works on.
using Scope.Benchmarks;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class HostileTarget
{
    const double MostMemoryMegabytes = 800, FewestBeats = 10;

    /// <summary>What it is told to do, how often at once, and how often in all in a soak.</summary>
    static readonly (string Flood, int Few, int Many)[] s_floods = [("names", 5_000, 1_000_000), ("strings", 10, 500), ("burst", 300_000, 20_000_000), ("deep", 20_000, 100_000), ("messages", 10, 500)];

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        using var folder = new TemporaryFolder("hostile");
        await using var target = await Hostile.StartAsync();
        await using var agent = ChildProcess.Start(Recorded.ScopeAttach, [$"{target.Id}", "--quiet", "--snapshot", "none", "--providers", Hostile.Events, "-o", folder.Path]);
        await Recorded.UntilWrittenAsync(folder);
        await using var watch = new AgentWatch(folder.Path, kept: null, System.Diagnostics.Stopwatch.StartNew()) { AgentId = agent.Id };
        var (beats, from) = (await Hostile.BeatsAsync(target), DateTime.UtcNow);
        List<BenchmarkRow> rows = [];
        foreach (var (flood, few, many) in s_floods)
        {
            long done = 0;
            var took = TimeSpan.Zero;
            var part = new FaultRun(run.Time / s_floods.Length, run.Tell);
            for (; part.Goes(done, few, many); done += few) took += await Hostile.AskAsync(target, $"{flood} {few}", TimeSpan.FromMinutes(3));
            run.Tell($"{flood}: {done:N0}");
            rows.Add(Measures.Figure($"{flood} ({done:N0}), a second", done / took.TotalSeconds));
        }
        var beaten = (await Hostile.BeatsAsync(target) - beats) / (DateTime.UtcNow - from).TotalSeconds;
        await Recorded.EndAsync(agent);
        return [.. rows, .. Rows(folder, target, watch, beaten)];
    }

    static IEnumerable<BenchmarkRow> Rows(TemporaryFolder folder, ChildProcess target, AgentWatch watch, double beaten)
    {
        var path = Directory.GetDirectories(folder.Path, "*.scope").Single();
        var recording = RecordingReader.Open(path);
        return
        [
            BenchmarkRow.Alone("beats of the target a second meanwhile, of 100", $"≥ {FewestBeats}", beaten, "", beaten >= FewestBeats),
            BenchmarkRow.Alone("the target lives", "", target.Running ? 1 : 0, "", target.Running),
            Measures.AtMost("the agent's memory", watch.Samples.Max(s => s.AgentBytes) / 1e6, MostMemoryMegabytes, "MB"),
            Measures.Some("events recorded", recording.Count),
            .. recording.Ledger.Losses.GroupBy(l => l.Source).Select(g => Measures.Figure($"lost or cut, and counted as of {g.Key}", g.Sum(l => l.Count))),
            Measures.None("files damaged", recording.Damages.Count),
            Measures.Some("the report, bytes", new FileInfo(Path.Combine(path, "incident.html")).Length),
        ];
    }
}
