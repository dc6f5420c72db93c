// Hours that are over, kept so that plain SQL reads them.
using System.Runtime.InteropServices;
using Npgsql;
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class LayoutTests
{
    static readonly Hour s_hour = new(300_000);

    [TestMethod]
    [DataRow(WarmEngineChoice.Native)]
    [DataRow(WarmEngineChoice.Citus)]
    public async Task By_SQL_every_event_is_there_as_a_row_in_a_batch_that_was_shipped_and_in_one_that_was_packed(WarmEngineChoice engine)
    {
        await using var own = await EngineDatabase.MakeAsync(engine, WarmLayoutChoice.Sql);
        var random = new RandomEvents(41);
        var hot = new HotIndex(random.Catalog, new());
        var bytes = new Random(41);
        for (var i = 0; i < Limits.SegmentFrameEvents + 700; i++) hot.Append((i % 50 == 0 ? Any(bytes) : random.Event()) with { Time = s_hour.Start + i * 1_000_000L });
        await ShipAsync(own.Source, "shop", hot); // A batch, and some rows beside it.
        Database.Pack(s_hour, own.Source).ShouldBe(new(700, 1), "what came as rows");
        for (var i = 0; i < 300; i++) hot.Append(Any(bytes) with { Time = s_hour.End + i });
        await ShipAsync(own.Source, "shop", hot); // Rows of an hour that goes on.
        (await PostgresHistory.OpenAsync(own.Source, "shop"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue("each field, whatever it holds");

        var told = new List<(long, long, long, long)>();
        await using (var all = own.Source.CreateCommand("select id, time_ns, coalesce(span, 0), detail from scope.events_readable where recording = 'shop' order by id"))
        await using (var row = await all.ExecuteReaderAsync())
            while (await row.ReadAsync()) told.Add((row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
        told.ShouldBe(hot.List(EventQuery.All).Select(e => (e.Id.Value, e.Event.Time.UnixNanos, (long)e.Event.Span.Value, (long)e.Event.Detail)));

        (await TextAsync(own.Source, "select count(*)::text || ' ' || count(distinct part_from_ns)::text from scope.events_between($1, $1 + interval '10 seconds')", s_hour.Start + 3_000_000_000)).ShouldBe("10000 4", "each batch has 4,096");
        (await TextAsync(own.Source, "select count(*)::text from scope.events_between($1, $1 + interval '1 second')", s_hour.End)).ShouldBe("300");
    }

    [TestMethod]
    public async Task Seconds_that_are_asked_for_by_SQL_are_looked_for_in_their_hours_alone()
    {
        await using var own = await EngineDatabase.MakeAsync(WarmEngineChoice.Native, WarmLayoutChoice.Sql);
        var hot = new HotIndex(new(), new());
        for (var i = 0; i < 3; i++) hot.Append(new() { Kind = EventKind.Request, Time = new Hour(s_hour.Number + i).Start });
        await ShipAsync(own.Source, "long", hot);
        for (var i = 0; i < 3; i++) Database.Pack(new(s_hour.Number + i), own.Source);
        await using var explain = own.Source.CreateCommand($"explain select * from scope.events_between('{(s_hour.Start + 1).ToInstant()}', '{(s_hour.Start + 9_000_000_000).ToInstant()}')");
        await using var row = await explain.ExecuteReaderAsync();
        var plan = "";
        while (await row.ReadAsync()) plan += row.GetString(0) + "\n";
        plan.ShouldContain($"batch_{s_hour}");
        plan.ShouldNotContain($"batch_{new Hour(s_hour.Number + 1)}");
    }

    [TestMethod]
    public async Task A_database_keeps_its_layout_and_says_so_until_init_changes_it_for_hours_to_come()
    {
        await using var own = await EngineDatabase.MakeEmptyAsync(WarmEngineChoice.Native);
        (await PostgresSchema.InitializeAsync(own.Source)).Layout.ShouldBe("compact");
        var random = new RandomEvents(43);
        var hot = new HotIndex(random.Catalog, new());
        foreach (var e in random.Events(400)) hot.Append(e with { Time = s_hour.Start + hot.Count });
        await ShipAsync(own.Source, "changed", hot);
        Database.Pack(s_hour, own.Source);

        var refusal = (await Should.ThrowAsync<InvalidDataException>(() => PostgresSchema.EnsureAsync(own.Source, new(Layout: WarmLayoutChoice.Sql)))).Message;
        refusal.ShouldContain("store.warm.layout is sql");
        refusal.ShouldContain("scope-attach store init");
        (await PostgresSchema.InitializeAsync(own.Source, new(Layout: WarmLayoutChoice.Sql))).Layout.ShouldBe("sql");
        await PostgresSchema.EnsureAsync(own.Source, new(Layout: WarmLayoutChoice.Sql));
        (await PostgresSchema.InitializeAsync(own.Source)).Layout.ShouldBe("sql", "unasked it stays");
        (await WarmStatus.ReadAsync(own.Source)).Layout.ShouldBe("sql");

        var next = new Hour(s_hour.Number + 1);
        foreach (var e in random.Events(300)) hot.Append(e with { Time = next.Start + hot.Count });
        await ShipAsync(own.Source, "changed", hot);
        Database.Pack(next, own.Source);
        (await PostgresHistory.OpenAsync(own.Source, "changed"))!.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue("of both hours");
        (await TextAsync(own.Source, "select count(*)::text from scope.events_readable where time_ns >= $1", 0L)).ShouldBe("300", "what was compact stays so");
    }

    static ScopeEvent Any(Random random)
    {
        var e = default(ScopeEvent);
        random.NextBytes(MemoryMarshal.AsBytes(new Span<ScopeEvent>(ref e)));
        return e with { Kind = (EventKind)random.Next(1, 50) };
    }

    static Task ShipAsync(NpgsqlDataSource database, string name, HotIndex hot) => new PostgresShipper(database, name, hot.Catalog, hot.Read, () => hot.Ledger).ShipAsync();

    static Task<string> TextAsync(NpgsqlDataSource database, string sql, EventTime at) => TextAsync(database, sql, at.ToInstant().ToDateTimeUtc());

    static async Task<string> TextAsync(NpgsqlDataSource database, string sql, object value)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(new() { Value = value });
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
