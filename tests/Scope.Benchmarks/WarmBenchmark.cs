// The warm tier on a private Postgres: how fast a real recording is shipped against psql with the same rows and indexes, what
// an event takes there, and how long questions take at ten million events. A service that is looked after for days says what
// it said in the recording again and again; see AgainAndAgain.cs.
using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Store;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Benchmarks;

static class WarmBenchmark
{
    const int RoundsOfIngest = 5, Questions = 15; // The first round or two still run in the first tier of compilation, where a shipper runs for days.
    const long Some = 1_000_000, Many = 10_000_000, EventsASecond = 500;
    const long Second = 1_000_000_000;

    public static IEnumerable<BenchmarkRow> Rows() => RowsAsync().GetAwaiter().GetResult();

    static async Task<List<BenchmarkRow>> RowsAsync()
    {
        using var folder = new TemporaryFolder("warm");
        var recording = await WarmRecording.MakeAsync(folder.Path);
        var deep = await WarmRecording.MakeAsync(Path.Combine(folder.Path, "deep"), ProfileTable.Find("deep")!);
        await using var server = await PostgresServer.StartAsync();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString + ";Command Timeout=600");
        await PostgresSchema.InitializeAsync(database);
        var many = new AgainAndAgain(recording, Many, withIdentities: false, EventsASecond);
        var some = new AgainAndAgain(recording, Some, withIdentities: true);
        return
        [
            .. await IngestAsync(server, database, recording, some, folder.Path), .. await SizeAsync(database, "default", recording, some), .. await SizeAsync(database, "deep", deep, new(deep, Some, withIdentities: true)),
            .. await QueriesAsync(database, recording, many), .. await ChartAsync(database),
        ];
    }

    static async Task<List<BenchmarkRow>> IngestAsync(PostgresServer server, NpgsqlDataSource database, Recording recording, AgainAndAgain some, string folder)
    {
        await new PostgresShipper(database, "for psql", recording.Catalog, some.ReadLittle, () => recording.Ledger).ShipAsync();
        var file = Path.Combine(folder, "rows.bin");
        Psql(server, $"\\copy (select * from scope.event) to '{file}' binary");
        await RunAsync(database, "create table scope.peer (like scope.event including all)");
        var round = 0;
        async Task<double> Ours()
        {
            // Its entries come with its events, as they do when a recording is read.
            var fresh = RecordingReader.Open(recording.Folder);
            var again = new AgainAndAgain(fresh, Some, withIdentities: true);
            var watch = Stopwatch.StartNew();
            await new PostgresShipper(database, $"round {round++}", fresh.Catalog, again.Read, () => recording.Ledger).ShipAsync();
            return Some / watch.Elapsed.TotalSeconds / 1000;
        }
        double Peer()
        {
            RunAsync(database, "truncate scope.peer").GetAwaiter().GetResult();
            var watch = Stopwatch.StartNew();
            Psql(server, $"\\copy scope.peer from '{file}' binary");
            return Some / watch.Elapsed.TotalSeconds / 1000;
        }
        var medians = Rounds.Medians(RoundsOfIngest, () => Ours().GetAwaiter().GetResult(), Peer);
        await RunAsync(database, "drop table scope.peer");
        Console.Error.WriteLine("  ours: read, packed into batches with their indexes, with names, stacks, spans, payloads and the sums of minutes, a transaction for 65,536 events; psql: the rows alone, under the indexes of a raw hour, in one transaction");
        return [BenchmarkRow.Rate("warm: ship a recording, names, minutes and indexes included", "≥ 1.3 × psql \\copy binary of the rows alone", medians[0], "k events/s", "psql, same indexes", medians[1], 1.3)];
    }

    static async Task<List<BenchmarkRow>> SizeAsync(NpgsqlDataSource database, string profile, Recording recording, AgainAndAgain some)
    {
        await EmptyAsync(database);
        await new PostgresShipper(database, "one", recording.Catalog, some.ReadLittle, () => recording.Ledger).ShipAsync();
        var raw = await BytesAsync(database) / (double)Some;
        var watch = Stopwatch.StartNew();
        var rate = await PackAllAsync(database) / watch.Elapsed.TotalSeconds / 1000;
        await RunAsync(database, "vacuum full scope.lasting, scope.minute, scope.recording");
        var minutes = await BytesAsync(database, "minute");
        var bytes = (await BytesAsync(database) - minutes) / (double)Some;
        foreach (var (table, part) in await PartsAsync(database)) Console.Error.WriteLine($"  {table}: {part / (double)Some:0.00} B an event");
        return
        [
            BenchmarkRow.Alone($"warm: an event of a raw hour, profile {profile}, all counted", "", raw, "B an event", null),
            BenchmarkRow.Alone($"warm: an event of a packed hour, profile {profile}, names, payloads and indexes counted", "≤ 12 B an event", bytes, "B an event", bytes <= 12),
            BenchmarkRow.Alone($"warm: a minute of a service, profile {profile}, with all its routes, methods and queries", "", minutes / 1024.0 / (some.Seconds / 60.0), "KB", null),
            BenchmarkRow.Alone($"warm: pack an hour, profile {profile}", "", rate, "k events/s", null),
        ];
    }

    static async Task<List<BenchmarkRow>> QueriesAsync(NpgsqlDataSource database, Recording recording, AgainAndAgain again)
    {
        await EmptyAsync(database);
        await new PostgresShipper(database, "many", recording.Catalog, again.Read, () => recording.Ledger).ShipAsync();
        await PackAllAsync(database);
        await RunAsync(database, "vacuum analyze");
        var history = (await PostgresHistory.OpenAsync(database, "many"))!;
        var random = new Random(1);
        EventTime When() => again.Start + (long)(random.NextDouble() * (Many / EventsASecond - 700) * Second);
        ScopeEvent One(Func<ScopeEvent, bool> wanted)
        {
            while (true)
                if (history.TryGet(new(random.NextInt64(Many)), out var e) && wanted(e)) return e;
        }
        double flow = Median(() => new() { Flow = One(e => !e.Flow.IsNone).Flow }), range = Median(() => When() is var at ? new() { From = at, To = at + 10 * Second } : new());
        double method = Median(() => When() is var at ? new() { From = at, To = at + 600 * Second, Method = One(e => !e.Method.IsNone).Method } : new());
        double Median(Func<EventQuery> question) => Rounds.Quantile([.. Enumerable.Range(0, Questions).Select(_ => Time(history, question()))], 0.5);
        var oldest = await OldestHourAsync(database);
        var watch = Stopwatch.StartNew();
        await Retention.ApplyAsync(database, new(TimeSpan.FromTicks((EventTime.Now - oldest - 2 * 3600 * Second) / 100), null), EventTime.Now);
        var drop = watch.Elapsed.TotalMilliseconds;
        return
        [
            BenchmarkRow.Alone("warm: a flow among 10 M events, p50", "≤ 10 ms", flow, "ms", flow <= 10),
            BenchmarkRow.Alone("warm: a method in 10 minutes, p50", "≤ 30 ms", method, "ms", method <= 30),
            BenchmarkRow.Alone("warm: all in 10 seconds, p50", "≤ 15 ms", range, "ms", range <= 15),
            BenchmarkRow.Alone("warm: drop the oldest hour", "< 200 ms", drop, "ms", drop < 200),
        ];
    }

    static async Task<List<BenchmarkRow>> ChartAsync(NpgsqlDataSource database)
    {
        await RunAsync(database, """
            insert into scope.minute select now() - i * interval '1 minute', 1, s.sort, k, 600, 3, 6e9, 1e8, array[1000000, 300, 20000000, 300], 3e9, 1e8, 1e9, 2
            from generate_series(0, 43199) as i, (values (1, 1), (2, 10), (4, 10)) as s (sort, keys), generate_series(1, s.keys) as k
            """);
        await RunAsync(database, "vacuum analyze scope.minute");
        var ms = Rounds.Medians(5, () =>
        {
            var watch = Stopwatch.StartNew();
            MinuteChart.ReadAsync(database, MinuteSort.Service, EventTime.Now - 30 * 86400 * Second, EventTime.Now, TimeSpan.FromHours(1)).GetAwaiter().GetResult();
            return watch.Elapsed.TotalMilliseconds;
        })[0];
        return [BenchmarkRow.Alone("warm: chart of a month, a point an hour", "< 200 ms", ms, "ms", ms < 200)];
    }

    static double Time(PostgresHistory history, EventQuery query)
    {
        var watch = Stopwatch.StartNew();
        history.CountOf(query);
        return watch.Elapsed.TotalMilliseconds;
    }

    static async Task<long> PackAllAsync(NpgsqlDataSource database)
    {
        var packed = 0L;
        foreach (var hour in await HourPacking.OverAsync(database, EventTime.Max, CancellationToken.None)) packed += (await HourPacking.PackAsync(database, hour, CancellationToken.None) ?? throw new InvalidOperationException($"the hour {hour} is busy in the middle of the benchmark")).Events;
        return packed;
    }

    static Task EmptyAsync(NpgsqlDataSource database) => RunAsync(database, "truncate scope.recording, scope.text, scope.lasting, scope.loose, scope.packed, scope.event, scope.batch, scope.minute");

    static async Task<EventTime> OldestHourAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select min(time_from) from scope.batch");
        return Hour.Of(new((long)(await command.ExecuteScalarAsync())!)).Start;
    }

    static async Task<long> BytesAsync(NpgsqlDataSource database, string like = "%")
    {
        await using var command = database.CreateCommand($"select sum(pg_total_relation_size(oid))::bigint from pg_class where relnamespace = 'scope'::regnamespace and relkind = 'r' and relname like '{like}'");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    static async Task<List<(string Table, long Bytes)>> PartsAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("select relname, pg_total_relation_size(oid) from pg_class where relnamespace = 'scope'::regnamespace and relkind = 'r' order by 2 desc limit 6");
        await using var rows = await command.ExecuteReaderAsync();
        var parts = new List<(string, long)>();
        while (await rows.ReadAsync()) parts.Add((rows.GetString(0), rows.GetInt64(1)));
        return parts;
    }

    static async Task RunAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    static void Psql(PostgresServer server, string command)
    {
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        var start = new ProcessStartInfo(Path.Combine(PostgresServer.FindPrograms()!, "psql"), ["-q", "-h", connection.Host!, "-p", connection.Port.ToString(CultureInfo.InvariantCulture), "-U", connection.Username!, "-d", connection.Database!, "-v", "ON_ERROR_STOP=1", "-c", command]);
        start.Environment["PGPASSWORD"] = connection.Password;
        using var psql = Process.Start(start)!;
        psql.WaitForExit();
        if (psql.ExitCode != 0) throw new InvalidOperationException($"psql ended with {psql.ExitCode}");
    }
}
