// What is the hot index's own: its bounds, late events, blocks that are used again, the account of what it holds.
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Store.Tests.Hot;

[TestClass]
public sealed class HotIndexTests
{
    const int Block = 64;

    readonly Catalog _catalog = new();
    readonly Ledger _ledger = new();

    [TestMethod]
    public void Ids_count_from_zero_and_are_never_used_again()
    {
        var index = Index(new() { Events = Block * 2 });
        for (var i = 0; i < Block * 5; i++) index.Append(At(i)).ShouldBe(new EventId(i));
        index.NextId.ShouldBe(new EventId(Block * 5));
        index.FirstId.ShouldBe(new EventId(Block * 3));
        index.TryGet(new(Block * 3 - 1), out _).ShouldBeFalse();
        index.TryGet(new(Block * 3), out var e).ShouldBeTrue();
        e.Time.ShouldBe(new EventTime(Block * 3));
    }

    [TestMethod]
    public void Spans_whose_events_are_gone_are_given_back_and_asked_for_they_are_not_held()
    {
        var index = Index(new() { Events = Block * 4 });
        var first = Span(1);
        index.Append(At(0) with { Span = first });
        while (_catalog.Spans.LastId < Limits.HeadPage) _catalog.Spans.New();
        var lasting = Span(2);
        while (_catalog.Spans.LastId < Limits.SpansRemembered + 40 * Limits.HeadPage)
        {
            for (var i = 0; i < Limits.HeadPage; i++) Span(_catalog.Spans.LastId + 1);
            for (var i = 0; i < Block - 1; i++) index.Append(At(index.NextId.Value) with { Span = new(_catalog.Spans.LastId - i) });
            index.Append(At(index.NextId.Value) with { Span = lasting, Flow = _catalog.Flows.Intern(2) });
        }
        _catalog.Spans.Bytes.ShouldBeLessThan(24L * (Limits.SpansRemembered + 12 * Limits.HeadPage));
        index.List(new() { Span = first }).ShouldBeEmpty();
        _catalog.Spans[first].ShouldBe(default);
        _catalog.Spans[lasting].ShouldBe(new SpanKey(2, 2), "it is old, and its events are not");
        index.List(new()).ShouldAllBe(e => _catalog.Spans[e.Event.Span] != default);

        SpanId Span(int number) => _catalog.Spans.Intern(new((UInt128)number, (ulong)number));
    }

    [TestMethod]
    public void A_late_event_takes_the_time_of_the_newest_and_is_counted()
    {
        var index = Index();
        index.Append(At(10));
        index.Append(At(7) with { Thread = new(3) });
        index.Append(At(10));
        index.Late.ShouldBe(1);
        index.List(new() { From = new(10) }).Count.ShouldBe(3);
        index.List(new() { Thread = new(3) }).ShouldHaveSingleItem().Event.Time.ShouldBe(new EventTime(10));
    }

    [TestMethod]
    public void An_event_before_the_promised_time_is_late_too()
    {
        var index = Index();
        index.Append(At(10));
        index.Advance(new(20));
        index.Append(At(15));
        index.Last.ShouldBe(new EventTime(20));
        index.Late.ShouldBe(1);
        index.Advance(EventTime.Max);
        index.Append(At(30));
        index.Last.ShouldBe(new EventTime(30), "the end of all sources says nothing about the time");
    }

    [TestMethod]
    public void No_more_events_than_allowed_are_held()
    {
        var index = Index(new() { Events = Block * 4 });
        for (var i = 0; i < Block * 20; i++)
        {
            index.Append(At(i));
            index.Count.ShouldBeLessThanOrEqualTo(Block * 4);
        }
        index.Count.ShouldBeGreaterThan(Block * 3 - 1);
    }

    [TestMethod]
    public void No_older_events_than_allowed_are_held()
    {
        var index = Index(new() { AgeNanos = Block * 3 });
        for (var i = 0; i < Block * 20; i++) index.Append(At(i));
        (index.Last - index.First).ShouldBeLessThan(Block * 5);
        index.Advance(new(Block * 100));
        index.Count.ShouldBeLessThanOrEqualTo(Block, "time went on; the newest block stays");
    }

    [TestMethod]
    public void No_more_bytes_than_allowed_are_held()
    {
        const long bytes = 2 << 20;
        var index = Index(new() { Bytes = bytes });
        for (var i = 0; i < 60_000; i++)
        {
            index.Append(At(i) with { Span = new(i + 1) });
            if (i % 1000 == 0) index.Statistics.Bytes.ShouldBeLessThan(bytes + (Limits.SpareBlocks + 1) * Block * HotBlock.EventBytes + Limits.HeadPage * 16);
        }
        index.FirstId.Value.ShouldBeGreaterThan(0);
    }

    [TestMethod]
    public void Heads_of_spans_that_are_gone_are_dropped()
    {
        var index = Index(new() { Events = Block * 4 });
        for (var i = 0; i < Limits.HeadPage * 6; i++) index.Append(At(i) with { Span = new(i + 1), Thread = new(7) });
        var chains = index.Statistics.Chains.ToDictionary(c => c.Chain);
        chains["Span"].Keys.ShouldBeLessThan(Limits.HeadPage * 2);
        chains["Span"].Bytes.ShouldBeLessThanOrEqualTo(Limits.HeadPage * 16 * 2);
        chains["Thread"].Keys.ShouldBe(1);
        index.List(new() { Span = new(1) }).ShouldBeEmpty();
        index.List(new() { Span = new(Limits.HeadPage * 6) }).Count.ShouldBe(1);
        index.Append(At(Limits.HeadPage * 6) with { Span = new(1) });
        index.List(new() { Span = new(1) }).ShouldHaveSingleItem("a span that comes again has a head again");
    }

    [TestMethod]
    public void A_visitor_goes_on_safely_in_blocks_that_are_pruned_under_it()
    {
        var index = Index(new() { Events = Block * 3 });
        for (var i = 0; i < Block * 3; i++) index.Append(At(i) with { Value = i });
        foreach (var query in (EventQuery[])[new(), new() { Thread = new(3) }, new() { Order = EventOrder.NewestFirst }])
        {
            var before = index.List(query);
            var seen = new List<StoredEvent>();
            var next = index.NextId.Value;
            index.Visit(query, (EventId id, in ScopeEvent e) =>
            {
                // The writer, in the middle of the visit: everything that the visitor is about to see is dropped, and
                // more blocks are filled than there were.
                if (seen.Count == 0) for (var i = next; i < next + Block * 10; i++) index.Append(At(i) with { Value = i });
                seen.Add(new(id, e));
                return true;
            });
            seen.SequenceEqual(before).ShouldBeTrue();
        }
    }

    [TestMethod]
    public void What_it_lets_go_of_is_gone_but_for_the_newest_block_and_it_goes_on_with_the_same_ids()
    {
        var index = new HotIndex(_catalog, _ledger, new(), blockEvents: 1 << 4);
        for (var i = 0; i < 100; i++) index.Append(new() { Time = new(i) });
        index.LetGo();
        index.List(EventQuery.All).Select(s => s.Id.Value).ShouldBe([96, 97, 98, 99]);
        index.Append(new() { Time = new(100) }).Value.ShouldBe(100);
        index.Count.ShouldBe(5);
    }

    [TestMethod]
    public void Blocks_are_used_again_when_nobody_reads()
    {
        var index = new HotIndex(_catalog, _ledger, new() { Events = 1 << 13 }, blockEvents: 1 << 12);
        for (var i = 0; i < 1 << 15; i++) index.Append(At(i));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1 << 15; i < 1 << 19; i++) index.Append(At(i));
        var bytesAnEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)((1 << 19) - (1 << 15));
        bytesAnEvent.ShouldBeLessThan(0.5, "some hundred bytes a block of 4096, for its list");
    }

    [TestMethod]
    public void Consecutive_events_are_read_in_bulk_from_the_oldest_on()
    {
        var index = Index(new() { Events = Block * 4 });
        for (var i = 0; i < Block * 6 + 10; i++) index.Append(At(i));
        var into = new ScopeEvent[Block * 2];
        index.Read(new(0), into, out var first).ShouldBe(Block * 2);
        first.ShouldBe(index.FirstId, "what was asked for first is gone");
        into.Select(e => e.Time.UnixNanos).ShouldBe(Enumerable.Range((int)first.Value, Block * 2).Select(i => (long)i));
        index.Read(new(Block * 6 + 5), into, out first).ShouldBe(5);
        first.ShouldBe(new EventId(Block * 6 + 5));
        index.Read(index.NextId, into, out _).ShouldBe(0);
    }

    [TestMethod]
    public void A_cursor_reads_everything_and_tells_what_was_dropped_before_it_came()
    {
        var index = Index(new() { Events = Block * 4 });
        var cursor = new HotCursor(index, _ledger, "segments");
        var into = new ScopeEvent[100];
        for (var i = 0; i < Block; i++) index.Append(At(i));
        cursor.Read(into).ShouldBe(Block);
        cursor.Read(into).ShouldBe(0);
        for (var i = Block; i < Block * 10; i++) index.Append(At(i));
        cursor.Read(into).ShouldBe(100);
        into[0].Time.UnixNanos.ShouldBe(index.FirstId.Value);
        cursor.Next.Value.ShouldBe(index.FirstId.Value + 100);
        cursor.Missed.ShouldBe(index.FirstId.Value - Block);
        _ledger.Summary().Losses.ShouldHaveSingleItem().ShouldBe(
            new LossEntry(LossSource.HotIndex, "segments", new(Block - 1), index.First, index.FirstId.Value - Block));
    }

    [TestMethod]
    public void It_says_what_it_holds()
    {
        var index = new HotIndex(_catalog, _ledger);
        for (var i = 0; i < Limits.BlockEvents; i++) index.Append(At(i) with { Thread = new(i % 3 + 1), Span = new(i / 10 + 1), Kind = EventKind.Log });
        var statistics = index.Statistics;
        statistics.Events.ShouldBe(Limits.BlockEvents);
        statistics.Blocks.ShouldBe(1);
        statistics.BytesAnEvent.ShouldBeInRange(96, 120);
        statistics.Chains.Single(c => c.Chain == "Thread").Keys.ShouldBe(3);
        statistics.Chains.Single(c => c.Chain == "Span").Keys.ShouldBe((Limits.BlockEvents + 9) / 10);
        statistics.Chains.Single(c => c.Chain == "Flow").Keys.ShouldBe(0);
    }

    HotIndex Index(HotLimits? limits = null) => new(_catalog, _ledger, limits ?? new(), Block);

    static ScopeEvent At(long time) => new() { Time = new(time), Kind = EventKind.Log, Thread = new((int)(time % 5) + 1) };
}
