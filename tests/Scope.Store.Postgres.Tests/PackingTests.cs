using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;

namespace Scope.Store.Postgres.Tests;

[TestClass]
public sealed class PackingTests
{
    [TestMethod]
    public void A_batch_gives_back_every_field_whatever_it_holds()
    {
        var random = new Random(7);
        var events = new ScopeEvent[3000];
        foreach (ref var e in events.AsSpan())
        {
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<ScopeEvent>(ref e)));
            e.Kind = (EventKind)random.Next(1, 50); // All else may be anything, extremes too.
            if (random.Next(4) == 0) e = new() { Kind = e.Kind, Time = random.Next(2) == 0 ? EventTime.Min : EventTime.Max, Value = long.MinValue, Related = new(int.MinValue), Payload = new(int.MaxValue) };
        }
        var data = new BatchEncoder().Encode(events);
        new BatchDecoder().Decode(data, events.Length).SequenceEqual(events).ShouldBeTrue();
        Should.Throw<InvalidDataException>(() => { new BatchDecoder().Decode(data.AsSpan(0, data.Length - 9), events.Length); });
        Should.Throw<InvalidDataException>(() => { new BatchDecoder().Decode(data, events.Length + 1); });
    }

    [TestMethod]
    public async Task A_packed_hour_keeps_every_event_once_and_its_raw_tables_go()
    {
        var hour = new Hour(100_000);
        var history = await ShipAsync(hour, 40_000);
        var before = history.List(EventQuery.All);
        var packed = Database.Pack(hour);
        packed.Events.ShouldBe(before.Count);
        packed.Batches.ShouldBe(3, "40,000 events in batches of 16,384");
        history.List(EventQuery.All).SequenceEqual(before).ShouldBeTrue();
        Count($"select count(*) from scope.event where time_ns >= {hour.Start.UnixNanos} and time_ns < {hour.End.UnixNanos}").ShouldBe(0);
        Count($"select count(*) from scope.loose where time_ns >= {hour.Start.UnixNanos} and time_ns < {hour.End.UnixNanos}").ShouldBe(0);
    }

    [TestMethod]
    public async Task While_an_hour_is_packed_it_can_be_read_and_other_hours_are_written()
    {
        var hour = new Hour(100_010);
        var history = await ShipAsync(hour, 20_000);
        await using var holder = Database.Source.OpenConnection();
        await using var transaction = await holder.BeginTransactionAsync();
        await PostgresSchema.RunAsync(holder, $"select scope.hold_hour({hour.Number})", CancellationToken.None);
        history.Count.ShouldBe(20_000);
        (await ShipAsync(new(100_011), 100)).Count.ShouldBe(100);
        (await HourPacking.PackAsync(Database.Source, hour, CancellationToken.None)).ShouldBeNull("the hour is busy: who packs gives way");
    }

    [TestMethod]
    public async Task Many_small_blocks_of_a_dictionary_become_few_and_say_the_same()
    {
        var random = new RandomEvents(12);
        var (hot, hour, name) = (new HotIndex(random.Catalog, new Ledger()), new Hour(100_020), Database.NewName());
        var shipper = new PostgresShipper(Database.Source, name, random.Catalog, hot.Read, () => hot.Ledger);
        for (var i = 0; i < 12; i++)
        {
            random.Catalog.Names.Intern($"name {i}");
            random.Catalog.Spans.New();
            hot.Append(random.Event() with { Time = hour.Start + i });
            await shipper.ShipAsync();
        }
        var blocks = $"select count(*) from scope.lasting where recording = (select id from scope.recording where name = '{name}')";
        Count(blocks).ShouldBeGreaterThanOrEqualTo(12);
        Database.Pack(hour);
        Count(blocks).ShouldBeLessThan(12);
        hot.Append(random.Event() with { Time = hour.Start + 100 });
        random.Catalog.Names.Intern("after");
        await shipper.ShipAsync();
        var there = (await PostgresHistory.OpenAsync(Database.Source, name))!;
        there.List(EventQuery.All).SequenceEqual(hot.List(EventQuery.All)).ShouldBeTrue();
        for (var id = 1; id <= random.Catalog.Names.LastId; id++) there.Catalog.Names[new(id)].ShouldBe(random.Catalog.Names[new(id)]);
        there.Catalog.Spans.LastId.ShouldBe(random.Catalog.Spans.LastId);
    }

    static async Task<PostgresHistory> ShipAsync(Hour hour, int count)
    {
        var random = new RandomEvents(11);
        var hot = new HotIndex(random.Catalog, new Ledger());
        var events = random.Events(count);
        foreach (var e in events)
        {
            var moved = e;
            moved.Time = hour.Start + (e.Time - events[0].Time);
            hot.Append(moved);
        }
        var name = Database.NewName();
        await new PostgresShipper(Database.Source, name, random.Catalog, hot.Read, () => hot.Ledger).ShipAsync();
        return (await PostgresHistory.OpenAsync(Database.Source, name))!;
    }

    static long Count(string sql)
    {
        using var command = Database.Source.CreateCommand(sql);
        return (long)command.ExecuteScalar()!;
    }
}
