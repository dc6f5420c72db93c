using Npgsql;
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

/// <summary>On a server of their own: what is too old goes whoever shipped it.</summary>
[TestClass]
public sealed class RetentionTests
{
    static readonly Hour Today = Hour.Of(EventTime.Now);
    static PostgresServer? _server;
    static NpgsqlDataSource _database = null!;

    [ClassInitialize]
    public static async Task Start(TestContext _)
    {
        _server = await PostgresServer.StartAsync();
        _database = NpgsqlDataSource.Create(_server.ConnectionString);
        await PostgresSchema.InitializeAsync(_database);
    }

    [ClassCleanup]
    public static async Task Stop()
    {
        await _database.DisposeAsync();
        await _server!.DisposeAsync();
    }

    [TestMethod]
    public async Task What_is_too_old_goes_by_the_hour_and_what_is_not_stays()
    {
        var history = await ShipAsync("aged", [Today.Number - 9, Today.Number - 8, Today.Number - 2, Today.Number], 300);
        await HourPacking.PackAsync(_database, new(Today.Number - 9), CancellationToken.None);
        await HourPacking.PackAsync(_database, new(Today.Number - 2), CancellationToken.None);
        await using var reading = await _database.OpenConnectionAsync();
        await using var transaction = await reading.BeginTransactionAsync();
        (await Retention.ApplyAsync(_database, new(TimeSpan.FromHours(5), null), EventTime.Now)).ShouldBeGreaterThanOrEqualTo(5, "two raw tables of one hour, four of the other, and what packing emptied");
        history.Count.ShouldBe(600);
        history.First.ShouldBe(new Hour(Today.Number - 2).Start);
        // A span that began in an hour that is gone is still a span, and the ids after it are the same.
        (await PostgresHistory.OpenAsync(_database, "aged"))!.List(EventQuery.All).SequenceEqual(history.List(EventQuery.All)).ShouldBeTrue();
        // Rows that come late for an hour that was dropped make its tables anew.
        (await ShipAsync("late", [Today.Number - 9], 10)).Count.ShouldBe(10);
    }

    [TestMethod]
    public async Task A_reader_and_a_writer_of_other_hours_do_not_stop_it_and_are_not_stopped()
    {
        await ShipAsync("busy", [Today.Number - 30, Today.Number], 200);
        await using var writer = await _database.OpenConnectionAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await PostgresSchema.RunAsync(writer, $"insert into scope.event select * from scope.event where time_ns >= {Today.Start.UnixNanos}", CancellationToken.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Retention.ApplyAsync(_database, new(TimeSpan.FromHours(25), null), EventTime.Now);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), "it gives way to an open transaction instead of waiting for its end");
        (await ShipAsync("others", [Today.Number], 200)).Count.ShouldBe(200);
        await writing.RollbackAsync();
        await Retention.ApplyAsync(_database, new(TimeSpan.FromHours(25), null), EventTime.Now);
        (await PostgresHistory.OpenAsync(_database, "busy"))!.Count.ShouldBe(200, "what was busy went the next time");
    }

    [TestMethod]
    public async Task What_takes_more_bytes_than_it_may_loses_its_oldest_hours()
    {
        await ShipAsync("large", [Today.Number - 4, Today.Number - 3, Today.Number], 5000);
        await Retention.ApplyAsync(_database, new(null, 1 << 20), EventTime.Now);
        var left = (await PostgresHistory.OpenAsync(_database, "large"))!;
        left.First.ShouldBeGreaterThanOrEqualTo(Today.Start);
        left.Count.ShouldBeInRange(1, 5000, "the current hour is never dropped for its size");
    }

    [TestMethod]
    public async Task Minutes_add_up_whatever_the_batches_and_outlive_their_events()
    {
        var catalog = new Catalog();
        var hot = new HotIndex(catalog, new());
        var target = catalog.Targets.Add(new(1, "shop", "", "", "", "", EventTime.Min, 1, ""));
        NameId route = catalog.Names.Intern("GET /orders"), query = catalog.Names.Intern("select 1");
        var method = catalog.Methods.Intern(new(default, 1, "Shop", "Take", ""));
        var start = new Hour(Today.Number - 40).Start;
        for (var i = 0; i < 600; i++)
        {
            var at = start + i * 1_000_000_000L;
            hot.Append(new() { Kind = EventKind.Request, Time = at, Target = target, Name = route, Value = (i % 100 + 1) * 1_000_000, Flags = i % 50 == 0 ? EventFlags.Error : 0 });
            hot.Append(new() { Kind = EventKind.Sql, Time = at, Target = target, Name = query, Value = 2_000_000 });
            hot.Append(new() { Kind = EventKind.CpuSample, Time = at, Target = target, Method = method, Value = 1_000_000, Flags = EventFlags.OnCpu });
            hot.Append(new() { Kind = EventKind.GcPause, Time = at, Target = target, Value = 500_000 });
        }
        int InParts(EventId from, Span<ScopeEvent> into, out EventId first) => hot.Read(from, into[..Math.Min(into.Length, 700)], out first);
        await new PostgresShipper(_database, "charted", catalog, InParts, () => hot.Ledger).ShipAsync();
        await Retention.ApplyAsync(_database, new(TimeSpan.FromHours(25), null), EventTime.Now);

        var points = await MinuteChart.ReadAsync(_database, MinuteSort.Service, start, start + 3_600_000_000_000, TimeSpan.FromMinutes(5));
        points.Select(p => (p.Count, p.Errors, p.GcNanos)).ShouldBe([(300, 6, 150_000_000), (300, 6, 150_000_000)]);
        points[0].LongestNanos.ShouldBe(100_000_000);
        points[0].MeanNanos.ShouldBe(50_500_000);
        await using var readable = _database.CreateCommand("select name, sum(count)::int, min(p50_ms)::float8, max(p99_ms)::float8 from scope.minutes_readable where recording = 'charted' and sort in ('route', 'method') group by name order by name");
        await using var rows = await readable.ExecuteReaderAsync();
        await rows.ReadAsync();
        (rows.GetString(0), rows.GetInt32(1)).ShouldBe(("GET /orders", 600));
        rows.GetDouble(2).ShouldBeInRange(25, 55, "the median of a minute of durations that rise from 1 to 100 ms");
        rows.GetDouble(3).ShouldBeInRange(95, 102);
        await rows.ReadAsync();
        (rows.GetString(0), rows.GetInt32(1)).ShouldBe(("Shop.Take", 600));
    }

    static async Task<PostgresHistory> ShipAsync(string name, long[] hours, int each)
    {
        var random = new RandomEvents(31);
        var hot = new HotIndex(random.Catalog, new());
        foreach (var hour in hours)
            for (var i = 0; i < each; i++) hot.Append(random.Event() with { Time = new Hour(hour).Start + i });
        await new PostgresShipper(_database, name, random.Catalog, hot.Read, () => hot.Ledger).ShipAsync();
        return (await PostgresHistory.OpenAsync(_database, name))!;
    }
}
