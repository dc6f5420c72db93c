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
        var data = new BatchEncoder(Packing.Brisk).Encode(events);
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

    [TestMethod]
    public async Task Identities_of_every_sort_come_back_from_their_blocks_and_from_those_merged()
    {
        var (random, catalog) = (new Random(5), new Catalog());
        UInt128 Any() => new((ulong)random.NextInt64(), (ulong)random.NextInt64());
        for (var i = 0; i < 500; i++)
            if (i % 5 == 0) catalog.Flows.New(); else catalog.Flows.Intern(Any());
        for (var i = 1; i <= 4000; i++)
            catalog.Spans.New(random.Next(6) switch
            {
                0 => default,
                1 => new(Any(), (ulong)random.NextInt64(1, long.MaxValue)), // Of a trace that no flow has.
                2 => new(Any(), 0), // An activity that is none of the runtime's.
                3 => new(new(0x69AF60C500000000, (ulong)(0x1011D81D + i)), 0),
                _ => new(catalog.Flows[new(random.Next(250) * 2 + 1)], (ulong)random.NextInt64(1, long.MaxValue)),
            });
        var copies = new[] { new Catalog(), new Catalog() };
        foreach (var sort in DictionarySort.All.Where(s => s.Identities is not null))
        {
            var blocks = Enumerable.Range(0, 10).SelectMany(i => DictionaryBlocks.Of(catalog, sort, i * sort.LastId(catalog) / 10 + 1, (i + 1) * sort.LastId(catalog) / 10, new())).ToList();
            var merged = await MergeAsync(blocks);
            (blocks.Count, merged.Count).ShouldBe((10, 1));
            var buffer = Array.Empty<byte>();
            foreach (var block in blocks) DictionaryBlocks.Read(copies[0], sort, block, ref buffer);
            DictionaryBlocks.Read(copies[1], sort, merged[0], ref buffer);
            Should.Throw<InvalidDataException>(() => DictionaryBlocks.Read(new(), sort, merged[0] with { Data = merged[0].Data[..^20] }, ref buffer));
        }
        foreach (var copy in copies)
        {
            for (var id = 1; id <= catalog.Flows.LastId; id++) copy.Flows[new(id)].ShouldBe(catalog.Flows[new(id)]);
            for (var id = 1; id <= catalog.Spans.LastId; id++) copy.Spans[new(id)].ShouldBe(catalog.Spans[new(id)]);
        }
    }

    [TestMethod]
    public async Task The_entries_of_an_hour_are_held_a_block_at_a_time()
    {
        var (random, catalog, pulled) = (new Random(6), new Catalog(), 0);
        const int Blocks = 60, Each = 600;
        var payload = new byte[40];
        for (var i = 0; i < Blocks * Each; i++)
        {
            random.NextBytes(payload);
            catalog.Payloads.Add(payload);
        }
        var sort = DictionarySort.All[^1]; // Payloads.
        async IAsyncEnumerable<(int, DictionaryBlock)> Small()
        {
            for (; pulled < Blocks; pulled++)
                foreach (var block in DictionaryBlocks.Of(catalog, sort, pulled * Each + 1, (pulled + 1) * Each, new())) yield return (1, block);
            await Task.CompletedTask;
        }
        var pulledAt = new List<int>();
        var (there, buffer) = (new Catalog(), Array.Empty<byte>());
        await foreach (var (_, block) in DictionaryBlocks.MergeAsync(Small()))
        {
            pulledAt.Add(pulled);
            DictionaryBlocks.Read(there, sort, block, ref buffer);
        }
        pulledAt.Count.ShouldBeGreaterThan(3);
        pulledAt[0].ShouldBeLessThan(Blocks / 3);
        there.Payloads.LastId.ShouldBe(Blocks * Each);
        there.Payloads.Bytes(new(Blocks * Each)).SequenceEqual(payload).ShouldBeTrue();
    }

    static async Task<List<DictionaryBlock>> MergeAsync(IEnumerable<DictionaryBlock> blocks)
    {
        var merged = new List<DictionaryBlock>();
        await foreach (var (_, block) in DictionaryBlocks.MergeAsync(blocks.Select(b => (1, b)).ToAsyncEnumerable())) merged.Add(block);
        return merged;
    }

    [TestMethod]
    public async Task What_is_enough_for_a_batch_is_shipped_as_one_and_the_rest_as_rows_until_the_hour_is_packed()
    {
        var hour = new Hour(100_030);
        var (history, events) = await ShipAsync(Database.NewName(), hour.Start, [100, 40_000, 5]);
        history.List(EventQuery.All).SequenceEqual(events).ShouldBeTrue();
        CountIn("batch", hour).ShouldBe(2, "40,000 events came at once");
        CountIn("event", hour).ShouldBe(events.Count - 2 * Limits.SegmentFrameEvents);
        history.FirstId.ShouldBe(new(0), "the oldest came as rows, and are older than the batches");
        Database.Pack(hour).Batches.ShouldBe(2, "what came before the batches, and what came after");
        CountIn("event", hour).ShouldBe(0);
        history.List(EventQuery.All).SequenceEqual(events).ShouldBeTrue();
    }

    [TestMethod]
    public async Task An_hour_of_which_all_came_as_batches_is_packed_too_for_what_came_with_them()
    {
        var (hour, name) = (new Hour(100_040), Database.NewName());
        var (history, events) = await ShipAsync(name, hour.Start, [Limits.SegmentFrameEvents]);
        (CountIn("event", hour), CountIn("batch", hour), CountIn("loose", hour) > 0).ShouldBe((0, 1, true));
        (await HourPacking.OverAsync(Database.Source, EventTime.Now, CancellationToken.None)).ShouldContain(hour);
        Database.Pack(hour);
        (await HourPacking.OverAsync(Database.Source, EventTime.Now, CancellationToken.None)).ShouldNotContain(hour);
        var packed = (await PostgresHistory.OpenAsync(Database.Source, name))!;
        packed.List(EventQuery.All).SequenceEqual(events).ShouldBeTrue();
        packed.Catalog.Spans.LastId.ShouldBe(history.Catalog.Spans.LastId);
    }

    [TestMethod]
    public async Task Events_on_both_sides_of_an_hours_end_are_in_no_batch_together()
    {
        var hour = new Hour(100_050);
        var (history, events) = await ShipAsync(Database.NewName(), hour.End - 9_000_000, [4 * Limits.SegmentFrameEvents]);
        events.Count(e => e.Event.Time < hour.End).ShouldBeInRange(Limits.SegmentFrameEvents, 2 * Limits.SegmentFrameEvents);
        history.List(EventQuery.All).SequenceEqual(events).ShouldBeTrue();
        (CountIn("batch", hour), CountIn("batch", new(hour.Number + 1))).ShouldBe((1, 2));
        (CountIn("event", hour) + CountIn("event", new(hour.Number + 1))).ShouldBe(Limits.SegmentFrameEvents);
    }

    // As it comes while a service is watched live: never enough for a batch at once.
    static async Task<PostgresHistory> ShipAsync(Hour hour, int count) =>
        (await ShipAsync(Database.NewName(), hour.Start, [.. Enumerable.Repeat(Little, count / Little), count % Little])).History;

    const int Little = 5000;

    /// <summary>Ships events that come in portions; gives them too.</summary>
    static async Task<(PostgresHistory History, List<StoredEvent> Events)> ShipAsync(string name, EventTime start, int[] portions)
    {
        var random = new RandomEvents(11);
        var hot = new HotIndex(random.Catalog, new Ledger());
        var events = random.Events(portions.Sum());
        foreach (var e in events) hot.Append(e with { Time = start + (e.Time - events[0].Time) });
        var ends = portions.Select((_, i) => portions.Take(i + 1).Sum()).ToList();
        int Portion(EventId from, Span<ScopeEvent> into, out EventId first) =>
            hot.Read(from, into[..Math.Min(into.Length, (int)(ends.FirstOrDefault(end => end > from.Value, (int)hot.Count) - from.Value))], out first);
        await new PostgresShipper(Database.Source, name, random.Catalog, Portion, () => hot.Ledger).ShipAsync();
        return ((await PostgresHistory.OpenAsync(Database.Source, name))!, hot.List(EventQuery.All));
    }

    static long CountIn(string parent, Hour hour) => Count($"select count(*) from scope.{HourTables.Leaf(parent, hour)}");

    static long Count(string sql)
    {
        using var command = Database.Source.CreateCommand(sql);
        return (long)command.ExecuteScalar()!;
    }
}
