// Nothing goes wrong, for long: twenty thousand events a second into Postgres. Memory is flat once all that is bounded is full,
// which takes five minutes; nothing is lost, and how old an event is when it can be asked for in the database does not grow.
using System.Diagnostics;
using Npgsql;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class SteadyRun
{
    const double MostMegabytes = 500, MostGrowthPercent = 5, MostSlower = 1.5, LeastRate = Recorded.Rate * 0.75;

    const int LooksToTell = 30;

    static readonly TimeSpan s_longestWarmUp = TimeSpan.FromMinutes(5), s_look = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        using var folder = new TemporaryFolder("steady");
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var target = await Recorded.StartTargetAsync();
        await using var agent = Recorded.Record(target, folder, new Dictionary<string, string?>
        {
            ["SCOPE__STORE__SPOOL__FOLDER"] = folder["spool"],
            ["SCOPE__STORE__WARM__CONNECTION"] = server.ConnectionString,
        });
        await Recorded.UntilWrittenAsync(folder);
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        var looks = new List<(double Seconds, long Bytes, double Age)>();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < run.Time; await Task.Delay(s_look))
        {
            looks.Add((clock.Elapsed.TotalSeconds, AgentWatch.MemoryOf(agent.Id), await AgeAsync(database)));
            if (looks.Count % LooksToTell == 0) run.Tell(FormattableString.Invariant($"{clock.Elapsed:mm\\:ss} {looks[^1].Bytes / 1e6:0} MB, {looks[^1].Age:0.0} s old"));
        }
        await Recorded.EndAsync(agent);
        var recording = RecordingReader.Open(Directory.GetDirectories(folder["spool"], "*.scope").Single());
        return Rows(run, looks, recording);
    }

    static IReadOnlyList<BenchmarkRow> Rows(FaultRun run, List<(double Seconds, long Bytes, double Age)> looks, Recording recording)
    {
        var warm = Math.Min(s_longestWarmUp.TotalSeconds, run.Time.TotalSeconds / 2);
        var third = (run.Time.TotalSeconds - warm) / 3;
        var (first, last) = (looks.Where(l => l.Seconds >= warm && l.Seconds < warm + third).ToList(), looks.Where(l => l.Seconds >= run.Time.TotalSeconds - third).ToList());
        var (from, to) = (Measures.Median(first.Select(l => (double)l.Bytes)), Measures.Median(last.Select(l => (double)l.Bytes)));
        var (young, old) = (Oldest(first.Select(l => l.Age)), Oldest(last.Select(l => l.Age)));
        var rate = recording.Ledger.Captured / run.Time.TotalSeconds;
        return
        [
            BenchmarkRow.Alone("events a second", $"some {Recorded.Rate:N0}", rate, "", rate >= LeastRate),
            Measures.Figure("events in all", recording.Ledger.Captured),
            Measures.None("events lost", recording.Ledger.Lost),
            Measures.Figure($"the agent's memory after {warm:0} s", from / 1e6, "MB"),
            Measures.AtMost("and at the end", to / 1e6, MostMegabytes, "MB"),
            Grown(100 * (to / from - 1), run.Time),
            Measures.Figure("age of the newest event in the database, p99, after the warm-up", young, "s"),
            Measures.AtMost("and at the end", old, Math.Max(young * MostSlower, 2), "s"),
        ];
    }

    // In a shorter run what is bounded is still filling up.
    static BenchmarkRow Grown(double percent, TimeSpan time) =>
        time >= 2 * s_longestWarmUp ? Measures.AtMost("what it has grown by at the end", percent, MostGrowthPercent, "%") : Measures.Figure($"what it has grown by, judged from {2 * s_longestWarmUp.TotalMinutes:0} minutes on", percent, "%");

    static double Oldest(IEnumerable<double> ages) => ages.ToArray() is { Length: > 0 } all ? Rounds.Quantile(all, 0.99) : 0;

    // Before the first event came there is no age.
    static async Task<double> AgeAsync(NpgsqlDataSource database) =>
        (await WarmStatus.ReadAsync(database)).Recordings.Select(r => r.Newest).FirstOrDefault() is { } newest ? (EventTime.Now - newest) / 1e9 : 0;
}
