// What every engine must do alike, each in a database of its own: close hours, drop them, chart minutes, ship exactly once, with no
// more rights than the roles have.
using Npgsql;
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class NativeEngineTests : EngineContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Native;
}

[TestClass]
public sealed class TimescaleEngineTests : EngineContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Timescale;

    [TestMethod]
    public async Task Its_own_policies_compress_drop_and_add_up_hours_where_no_agent_is_left()
    {
        await Retention.ApplyAsync(Source, new(TimeSpan.FromHours(30), null), EventTime.Now);
        var history = await ShipAsync("left", [Today.Number - 40, Today.Number - 5], 500);
        history.Count.ShouldBe(1000);
        await using (var minute = Source.CreateCommand("insert into scope.minute values (now() - interval '3 hours', 7, 1, 1, 600, 0, 1, 1, '{}', 0, 0, 0, 0)")) await minute.ExecuteNonQueryAsync();
        foreach (var policy in (string[])["policy_compression", "policy_retention", "policy_refresh_continuous_aggregate"])
        {
            var jobs = new List<int>();
            await using (var ask = Source.CreateCommand($"select job_id from timescaledb_information.jobs where proc_name = '{policy}'"))
            await using (var row = await ask.ExecuteReaderAsync())
                while (await row.ReadAsync()) jobs.Add(row.GetInt32(0));
            jobs.ShouldNotBeEmpty(policy);
            foreach (var job in jobs)
            {
                await using var run = Source.CreateCommand($"call run_job({job})");
                await run.ExecuteNonQueryAsync();
            }
        }
        history.Count.ShouldBe(500);
        history.First.ShouldBe(new Hour(Today.Number - 5).Start);
        (await WarmStatus.ReadAsync(Source)).Packed.Hours.ShouldBe(1);
        await using var hourly = Source.CreateCommand("alter materialized view scope.hourly set (timescaledb.materialized_only = true); select sum(count)::bigint from scope.hourly where recording = 7");
        ((long)(await hourly.ExecuteScalarAsync())!).ShouldBe(600);
    }
}

[TestClass]
public sealed class CitusEngineTests : EngineContract
{
    protected override WarmEngineChoice Kind => WarmEngineChoice.Citus;
}

public abstract class EngineContract
{
    private protected static readonly Hour Today = Hour.Of(EventTime.Now);

    const int Some = 16_000; // Not enough to be shipped as a batch.

    EngineDatabase _own = null!;

    protected abstract WarmEngineChoice Kind { get; }

    private protected NpgsqlDataSource Source => _own.Source;

    [TestInitialize]
    public async Task MakeAsync() => _own = await EngineDatabase.MakeAsync(Kind);

    [TestCleanup]
    public async Task DropAsync()
    {
        if (_own is not null) await _own.DisposeAsync();
    }

    [TestMethod]
    public async Task An_hour_that_is_closed_gets_small_and_keeps_every_event_once_also_those_that_come_late()
    {
        var hour = new Hour(Today.Number - 2); // TimescaleDB's own policy waits for longer.
        var (shipper, hot) = Recorded("closed", [hour.Number], Some);
        await shipper.ShipAsync();
        var history = (await PostgresHistory.OpenAsync(Source, "closed"))!;
        var before = history.List(EventQuery.All);
        before.SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
        var raw = (await WarmStatus.ReadAsync(Source)).Raw;
        raw.Hours.ShouldBe(1);
        (await WarmUpkeep.RunAsync(Source, new(null, null), EventTime.Now)).ShouldBe(new(1, Some, 0));
        history.List(EventQuery.All).SequenceEqual(before).ShouldBeTrue();
        var status = await WarmStatus.ReadAsync(Source);
        (status.Raw.Hours, status.Packed.Hours, status.Packed.Events).ShouldBe((0, 1, Some));
        status.Packed.Bytes.ShouldBeInRange(1, raw.Bytes / 2, "random events are hard to compress");
        status.Engine.ShouldBe(Kind.ToString().ToLowerInvariant());
        status.Why.ShouldNotBeEmpty();

        hot.Append(hot.List(new() { Limit = 1 })[0].Event with { Time = hour.Start + 7 });
        (await shipper.ShipAsync()).ShouldBe(1);
        history.Count.ShouldBe(Some + 1);
        (await WarmUpkeep.RunAsync(Source, new(null, null), EventTime.Now)).PackedHours.ShouldBe(1);
        (await PostgresHistory.OpenAsync(Source, "closed"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
        (await WarmStatus.ReadAsync(Source)).Packed.Events.ShouldBeInRange(Some, Some + 1, "TimescaleDB does not count what came late");
    }

    [TestMethod]
    public async Task What_is_too_old_goes_by_the_hour_and_what_is_not_stays()
    {
        await ShipAsync("aged", [Today.Number - 9, Today.Number - 8, Today.Number - 2, Today.Number], 300);
        await CloseAsync(Today.Number - 9);
        await CloseAsync(Today.Number - 2);
        await using var reading = await Source.OpenConnectionAsync();
        await using var transaction = await reading.BeginTransactionAsync();
        (await Retention.ApplyAsync(Source, new(TimeSpan.FromHours(5), null), EventTime.Now)).ShouldBeGreaterThanOrEqualTo(2, "a table an hour at least");
        var history = (await PostgresHistory.OpenAsync(Source, "aged"))!;
        history.Count.ShouldBe(600);
        history.First.ShouldBe(new Hour(Today.Number - 2).Start);
        // Rows that come late for an hour that was dropped make its tables anew.
        (await ShipAsync("late", [Today.Number - 9], 10)).Count.ShouldBe(10);
    }

    [TestMethod]
    public async Task An_open_transaction_is_given_way_to_and_others_go_on_writing()
    {
        await ShipAsync("busy", [Today.Number - 30, Today.Number], 200);
        await using var writer = await Source.OpenConnectionAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await PostgresSchema.RunAsync(writer, $"insert into scope.event select * from scope.event where time_ns >= {Today.Start.UnixNanos}", CancellationToken.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Retention.ApplyAsync(Source, new(TimeSpan.FromHours(25), null), EventTime.Now);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10), "it gives way to an open transaction instead of waiting for its end");
        (await ShipAsync("others", [Today.Number], 200)).Count.ShouldBe(200);
        await writing.RollbackAsync();
        await Retention.ApplyAsync(Source, new(TimeSpan.FromHours(25), null), EventTime.Now);
        (await PostgresHistory.OpenAsync(Source, "busy"))!.Count.ShouldBe(200, "what was busy went the next time");
    }

    [TestMethod]
    public async Task What_takes_more_bytes_than_it_may_loses_its_oldest_hours()
    {
        await ShipAsync("large", [Today.Number - 4, Today.Number - 3, Today.Number], 5000);
        await Retention.ApplyAsync(Source, new(null, 1 << 20), EventTime.Now);
        var left = (await PostgresHistory.OpenAsync(Source, "large"))!;
        left.First.ShouldBeGreaterThanOrEqualTo(Today.Start);
        left.Count.ShouldBeInRange(1, 5000, "the current hour is never dropped for its size");
    }

    [TestMethod]
    public async Task What_breaks_off_and_starts_again_arrives_once()
    {
        var (_, hot) = Recorded("torn", [Today.Number], 3 * Limits.BlockEvents + 17);
        var batches = 0;
        int Torn(EventId from, Span<ScopeEvent> into, out EventId first)
        {
            var read = hot.Read(from, into, out first);
            if (++batches % 2 == 0) EndConnections(); // Between the rows and the commit.
            return read;
        }
        var shipper = new PostgresShipper(Source, "torn", hot.Catalog, Torn, () => hot.Ledger);
        var failures = 0;
        for (var done = false; !done && failures < 20;)
        {
            try
            {
                await shipper.ShipAsync();
                done = true;
            }
            catch (NpgsqlException)
            {
                failures++;
            }
        }
        failures.ShouldBeGreaterThan(0);
        (await PostgresHistory.OpenAsync(Source, "torn"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
    }

    [TestMethod]
    public async Task A_writer_ships_and_tidies_with_no_more_rights_than_its_role_and_a_reader_reads()
    {
        await using var agent = await _own.AsUserAsync("agent", "scope_writer");
        await using var person = await _own.AsUserAsync("person", "scope_reader");
        long[] hours = [Today.Number - 20, Today.Number - 3];
        var (_, hot) = Recorded("shop", hours, 250);
        (await new PostgresShipper(agent, "shop", hot.Catalog, hot.Read, () => hot.Ledger).ShipAsync()).ShouldBe(500);
        (await WarmUpkeep.RunAsync(agent, new(null, null), EventTime.Now)).PackedEvents.ShouldBe(500);
        (await PostgresHistory.OpenAsync(person, "shop"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
        (await WarmStatus.ReadAsync(person)).Packed.Hours.ShouldBe(2);
        await WarmUpkeep.RunAsync(agent, new(TimeSpan.FromHours(10), null), EventTime.Now);
        (await PostgresHistory.OpenAsync(person, "shop"))!.Count.ShouldBe(250);

        Refusal(person, "insert into scope.recording (name, ledger) values ('x', '{}')").ShouldBe("42501");
        Refusal(person, "select scope.make_hours(array['event'], array[1::bigint])").ShouldBe("42501");
        Refusal(agent, "delete from scope.batch").ShouldBe("42501");
        Refusal(agent, "drop table scope.event").ShouldBe("42501");
    }

    [TestMethod]
    public async Task Minutes_add_up_whatever_the_batches_outlive_their_events_and_are_charted_by_any_step()
    {
        var catalog = new Catalog();
        var hot = new HotIndex(catalog, new());
        var target = catalog.Targets.Add(new(1, "shop", "", "", "", "", EventTime.Min, 1, ""));
        var route = catalog.Names.Intern("GET /orders");
        var start = new Hour(Today.Number - 40).Start;
        for (var i = 0; i < 7200; i += 2)
        {
            var at = start + i * 1_000_000_000L;
            hot.Append(new() { Kind = EventKind.Request, Time = at, Target = target, Name = route, Value = (i / 2 % 100 + 1) * 1_000_000, Flags = i % 100 == 0 ? EventFlags.Error : 0 });
            hot.Append(new() { Kind = EventKind.GcPause, Time = at, Target = target, Value = 500_000 });
        }
        int InParts(EventId from, Span<ScopeEvent> into, out EventId first) => hot.Read(from, into[..Math.Min(into.Length, 700)], out first);
        await new PostgresShipper(Source, "charted", catalog, InParts, () => hot.Ledger).ShipAsync();
        await Retention.ApplyAsync(Source, new(TimeSpan.FromHours(25), null), EventTime.Now);
        (await PostgresHistory.OpenAsync(Source, "charted"))!.Count.ShouldBe(0);

        Task<List<MinutePoint>> ChartAsync(TimeSpan step, int fromMinute, int toMinute) => MinuteChart.ReadAsync(Source, MinuteSort.Service, start + fromMinute * 60_000_000_000L, start + toMinute * 60_000_000_000L, step);
        (await ChartAsync(TimeSpan.FromMinutes(5), 0, 10)).Select(p => (p.Count, p.Errors, p.GcNanos)).ShouldBe([(150, 3, 75_000_000), (150, 3, 75_000_000)]);
        var hours = await ChartAsync(TimeSpan.FromHours(1), 10, 110);
        hours.Select(p => (p.Count, p.Errors, p.LongestNanos, p.MeanNanos)).ShouldBe([(1500, 30, 100_000_000, 50_500_000), (1500, 30, 100_000_000, 50_500_000)], "50 minutes of each hour are asked for");
        (await ChartAsync(TimeSpan.FromHours(1), -60, 180)).Select(p => p.Count).ShouldBe([1800, 1800]);
        await using var readable = Source.CreateCommand("select sum(count)::int, min(p50_ms)::float8, max(p99_ms)::float8 from scope.minutes_readable where recording = 'charted' and sort = 'route' and name = 'GET /orders'");
        await using var row = await readable.ExecuteReaderAsync();
        await row.ReadAsync();
        row.GetInt32(0).ShouldBe(3600);
        row.GetDouble(1).ShouldBeInRange(10, 75, "the median of 30 durations that rise from 1 to 100 ms");
        row.GetDouble(2).ShouldBeInRange(95, 102);
    }

    (PostgresShipper Shipper, HotIndex Hot) Recorded(string name, long[] hours, int each)
    {
        var random = new RandomEvents(31);
        var hot = new HotIndex(random.Catalog, new());
        foreach (var hour in hours)
            for (var i = 0; i < each; i++) hot.Append(random.Event() with { Time = new Hour(hour).Start + i });
        // As events come while a service is watched live: never enough for a batch at once.
        int Little(EventId from, Span<ScopeEvent> into, out EventId first) => hot.Read(from, into[..5000], out first);
        return (new(Source, name, random.Catalog, Little, () => hot.Ledger), hot);
    }

    private protected async Task<PostgresHistory> ShipAsync(string name, long[] hours, int each)
    {
        await Recorded(name, hours, each).Shipper.ShipAsync();
        return (await PostgresHistory.OpenAsync(Source, name))!;
    }

    Task CloseAsync(long hour) => Deadline.UntilAsync("the hour to be free", async () => await WarmEngines.Of(Kind).CloseAsync(Source, new(hour), CancellationToken.None) is not null);

    static string Refusal(NpgsqlDataSource who, string sql) => Should.Throw<PostgresException>(() =>
    {
        using var command = who.CreateCommand(sql);
        command.ExecuteNonQuery();
    }).SqlState;

    /// <summary>Ends the connections that are in a transaction, as a server that goes down does.</summary>
    void EndConnections()
    {
        using var command = Source.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and state = 'idle in transaction' and datname = current_database()");
        command.ExecuteNonQuery();
    }
}
