// One question over two tiers: the newest events in the index, all of them in a private Postgres, older hours packed and the
// newest raw, as it is while a service is recorded. A flow is asked for that may be in either or half in each.
using System.Diagnostics;
using Npgsql;
using Scope.Events;
using Scope.Store;
using Scope.Store.Hot;
using Scope.Store.Postgres;
using Scope.Store.Query.Merge;
using Scope.Testing;

namespace Scope.Benchmarks;

static class MergedBenchmark
{
    const int Events = 2_000_000, Held = 300_000, Questions = 150;
    const double MustReach = 50;
    const long HourNanos = 3600L * 1_000_000_000, SpacingNanos = 4 * HourNanos / Events; // Four hours of a service: three packed, one raw.

    public static IEnumerable<BenchmarkRow> Rows() => RowsAsync().GetAwaiter().GetResult();

    static async Task<List<BenchmarkRow>> RowsAsync()
    {
        var catalog = new Catalog();
        var (all, hot) = (new HotIndex(catalog, new(), new() { Events = long.MaxValue, Bytes = long.MaxValue }), new HotIndex(catalog, new(), new() { Events = Held, Bytes = long.MaxValue }));
        Fill(catalog, all, hot);
        await using var server = await PostgresServer.StartAsync();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=600");
        await PostgresSchema.InitializeAsync(database);
        await new PostgresShipper(database, "one", catalog, all.Read, () => all.Ledger).ShipAsync();
        foreach (var hour in await HourPacking.OverAsync(database, all.Last, CancellationToken.None)) await HourPacking.PackAsync(database, hour, CancellationToken.None);
        await using (var vacuum = database.CreateCommand("vacuum analyze")) await vacuum.ExecuteNonQueryAsync();
        var history = new MergedHistory([new("one", "hot", hot), new("one", "warm", (await PostgresHistory.OpenAsync(database, "one"))!)]);
        // A flow that is anywhere is nearly always in one of them: the question is correlated over both at the boundary.
        return [Ask("anywhere", history, all, 0, Events, null), Ask("at the boundary", history, all, hot.FirstId.Value - 160, hot.FirstId.Value + 160, MustReach)];
    }

    static BenchmarkRow Ask(string what, MergedHistory history, HotIndex all, long from, long to, double? mustReach)
    {
        var random = new Random(1);
        var (millis, both) = (new List<double>(), 0);
        for (var i = 0; i < Questions + 20; i++)
        {
            all.TryGet(new(random.NextInt64(from, to)), out var e);
            var expected = all.CountOf(new() { Flow = e.Flow });
            var theirs = Theirs(history, all, e.Flow);
            var watch = Stopwatch.StartNew();
            var found = 0L;
            var parts = history.Ask(new() { Flow = theirs }, (EventId _, in ScopeEvent _) => ++found > 0);
            if (i >= 20) millis.Add(watch.Elapsed.TotalMilliseconds);
            if (found != expected) throw new InvalidOperationException($"{found} of {expected} events of a flow came back");
            if (parts.All(part => part.Events > 0)) both++;
        }
        var p99 = Rounds.Quantile([.. millis], 0.99);
        return BenchmarkRow.Alone($"one flow over hot ({Held / 1000}k) and warm ({Events / 1_000_000} M, the last hour raw): {what}, {both * 100 / (Questions + 20)} % in both, p99 (p50 {Rounds.Quantile([.. millis], 0.5):0.0} ms)", mustReach is null ? "" : $"< {mustReach} ms", p99, "ms", mustReach is null ? null : p99 < mustReach);
    }

    /// <summary>The flow in the answer's numbers: that of its trace.</summary>
    static FlowId Theirs(MergedHistory history, HotIndex all, FlowId flow) => history.Catalog.Flows.Find(all.Catalog.Flows[flow]);

    static void Fill(Catalog catalog, params HotIndex[] indexes)
    {
        var target = catalog.Targets.Add(new(1, "service", "", "", "", "", EventTime.Min, 1, ""));
        for (var i = 1; i <= HotWorkload.Threads; i++) catalog.Threads.Intern(target, i);
        for (var i = 1; i <= HotWorkload.Names; i++) catalog.Names.Intern($"name {i}");
        for (var i = 1; i <= HotWorkload.Methods; i++) catalog.Methods.Intern(new(default, i, "Service.Type", $"Method{i}", ""));
        for (var i = 1; i <= HotWorkload.CodeNodes; i++) catalog.CodeNodes.Intern(target, new MethodId(i % HotWorkload.Methods + 1), i);
        for (var i = 1; i <= Events / HotWorkload.EventsAFlow + 64; i++) catalog.Flows.Intern((UInt128)i << 64 | 77);
        for (var i = 1; i <= Events / HotWorkload.EventsAFlow * 4 + 256; i++) catalog.Spans.New(new((UInt128)i / 4 << 64 | 77, (ulong)i));
        var workload = new HotWorkload();
        var batch = new ScopeEvent[1 << 13];
        var start = EventTime.Now - 4 * HourNanos;
        for (var made = 0L; made < Events; made += batch.Length)
        {
            workload.Next(batch);
            for (var i = 0; i < batch.Length; i++)
            {
                var e = batch[i] with { Time = start + (made + i) * SpacingNanos, Payload = default };
                foreach (var index in indexes) index.Append(e);
            }
        }
    }
}
