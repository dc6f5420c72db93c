// What a ring does, step by step, on one thread.
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Ring;

[TestClass]
public sealed class EventRingTests
{
    readonly ScopeEvent[] _into = new ScopeEvent[1024];

    [TestMethod]
    public void Events_come_out_as_they_went_in_and_in_their_order()
    {
        var ring = new EventRing(16, RingMode.Block);
        using var reader = ring.OpenReader();
        for (var i = 0; i < 100; i++)
        {
            Append(ring, i * 3, 3);
            Read(reader).ShouldBe([i * 3, i * 3 + 1, i * 3 + 2]);
        }
    }

    [TestMethod]
    public void What_is_not_published_is_not_seen_until_time_advances()
    {
        var ring = new EventRing(1024);
        using var reader = ring.OpenReader();
        Append(ring, 0, 3, publish: false);
        Read(reader).ShouldBeEmpty();
        ring.Advance(new(3));
        ring.Watermark.ShouldBe(new EventTime(3));
        Read(reader).ShouldBe([0, 1, 2]);
    }

    [TestMethod]
    public void A_full_batch_is_seen_at_once()
    {
        var ring = new EventRing(1024);
        using var reader = ring.OpenReader();
        Append(ring, 0, Limits.RingBatch, publish: false);
        Read(reader).Count.ShouldBe(Limits.RingBatch);
    }

    [TestMethod]
    public void The_watermark_never_goes_back()
    {
        var ring = new EventRing(16);
        ring.Watermark.ShouldBe(EventTime.Min);
        ring.Advance(new(10));
        ring.Advance(new(5));
        ring.Watermark.ShouldBe(new EventTime(10));
    }

    [TestMethod]
    public void A_full_ring_drops_the_oldest_and_counts_it()
    {
        var ring = new EventRing(16);
        using var reader = ring.OpenReader();
        Append(ring, 0, 4);
        Read(reader).Count.ShouldBe(4);
        Append(ring, 4, 100);
        var rest = Read(reader);
        rest.Count.ShouldBeInRange(16 - 4, 16, "all but the batch that the writer had claimed");
        rest[^1].ShouldBe(103);
        reader.TakeLoss().ShouldBe(new(100 - rest.Count, new(3), new(rest[0])));
        reader.TakeLoss().IsNone.ShouldBeTrue("it was taken");
        ring.TakeLoss().IsNone.ShouldBeTrue("the writer dropped nothing");
    }

    [TestMethod]
    public void A_full_ring_drops_the_newest_and_counts_it()
    {
        var ring = new EventRing(16, RingMode.DropNewest);
        using var reader = ring.OpenReader();
        Append(ring, 0, 20);
        ring.TakeLoss().ShouldBe(new(4, new(16), new(19)));
        ring.TakeLoss().IsNone.ShouldBeTrue("it was taken");
        Read(reader).ShouldBe(Enumerable.Range(0, 16).Select(i => (long)i));
        reader.TakeLoss().IsNone.ShouldBeTrue("the reader missed nothing that was in the ring");
        Append(ring, 20, 1);
        Read(reader).ShouldBe([20]);
    }

    [TestMethod]
    public void Readers_go_each_at_their_own_pace_and_the_slowest_counts()
    {
        var ring = new EventRing(16, RingMode.DropNewest);
        using var fast = ring.OpenReader();
        using var slow = ring.OpenReader();
        Append(ring, 0, 16);
        Read(fast).Count.ShouldBe(16);
        Append(ring, 16, 1);
        ring.TakeLoss().Count.ShouldBe(1, "the slow one has read nothing");
        Read(slow, 5).ShouldBe([0, 1, 2, 3, 4]);
        Append(ring, 17, 5);
        ring.TakeLoss().IsNone.ShouldBeTrue();
        Read(fast).ShouldBe([17, 18, 19, 20, 21]);
        Read(slow)[^1].ShouldBe(21);
    }

    [TestMethod]
    public void A_reader_that_is_closed_holds_nobody_back_and_its_place_is_free()
    {
        var ring = new EventRing(16, RingMode.Block);
        for (var i = 0; i < Limits.RingReaders * 3; i++)
        {
            var reader = ring.OpenReader();
            Append(ring, 0, 10);
            reader.Dispose();
            reader.Read(_into).ShouldBe(0);
        }
    }

    [TestMethod]
    public void A_reader_sees_what_comes_after_it_was_opened()
    {
        var ring = new EventRing(16);
        Append(ring, 0, 5);
        using var reader = ring.OpenReader();
        Read(reader).ShouldBeEmpty();
        Append(ring, 5, 1);
        Read(reader).ShouldBe([5]);
    }

    [TestMethod]
    public void Too_many_readers_are_refused()
    {
        var ring = new EventRing(16);
        for (var i = 0; i < Limits.RingReaders; i++) ring.OpenReader();
        Should.Throw<InvalidOperationException>(ring.OpenReader).Message.ShouldContain("at most");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    [DataRow(24)]
    [DataRow(Limits.RingEvents * 2)]
    public void Sizes_that_are_no_power_of_two_or_out_of_bounds_are_refused(int capacity) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new EventRing(capacity)).Message.ShouldContain("power of two");

    [TestMethod]
    public void Appending_and_reading_allocate_nothing()
    {
        var ring = new EventRing(64);
        using var reader = ring.OpenReader();
        Turn(ring, reader, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn(ring, reader, 10_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    void Turn(EventRing ring, RingReader reader, int times)
    {
        var e = TellingEvents.Number(1);
        for (var i = 0; i < times; i++)
        {
            ring.Append(in e);
            if (i % 10 == 0) ring.Advance(new(i));
            reader.Read(_into);
        }
    }

    static void Append(EventRing ring, long first, int count, bool publish = true)
    {
        for (var i = first; i < first + count; i++) ring.Append(TellingEvents.Number(i));
        if (publish) ring.Publish();
    }

    List<long> Read(RingReader reader, int atMost = 1024)
    {
        var events = _into.AsSpan(0, reader.Read(_into.AsSpan(0, atMost))).ToArray();
        events.ShouldAllBe(e => TellingEvents.IsWhole(in e));
        return [.. events.Select(e => e.Time.UnixNanos)];
    }
}
