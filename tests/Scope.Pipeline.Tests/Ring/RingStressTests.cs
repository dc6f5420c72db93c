// Threads against each other: what a reader gets is whole, in order, and with what was lost it is all that was sent.
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Ring;

[TestClass]
public sealed class RingStressTests
{
    const int Events = 1_000_000;

    sealed class Tally
    {
        public long Read, Missed, Torn, OutOfOrder;
    }

    [TestMethod]
    [DataRow(RingMode.DropOldest, 8, 1)]
    [DataRow(RingMode.DropOldest, 256, 1)]
    [DataRow(RingMode.DropOldest, 1 << 14, 2)]
    [DataRow(RingMode.DropNewest, 8, 1)]
    [DataRow(RingMode.DropNewest, 1 << 10, 2)]
    [DataRow(RingMode.Block, 8, 1)]
    [DataRow(RingMode.Block, 1 << 10, 1)]
    [DataRow(RingMode.Block, 1 << 10, 2)]
    public void Every_event_arrives_whole_and_in_order_or_is_counted(RingMode mode, int capacity, int readers)
    {
        var ring = new EventRing(capacity, mode);
        var tallies = Enumerable.Range(0, readers).Select(_ => new Tally()).ToArray();
        var threads = tallies.Select(tally =>
        {
            var reader = ring.OpenReader();
            return new Thread(() => ReadAll(ring, reader, tally, inPlace: false));
        }).ToArray();
        foreach (var thread in threads) thread.Start();
        // A ring of eight that blocks hands the processor over every few events: fewer of them tell as much.
        var events = capacity < 16 ? Events / 10 : Events;
        for (var i = 0; i < events; i++) ring.Append(TellingEvents.Number(i));
        ring.Advance(EventTime.Max);
        foreach (var thread in threads) thread.Join();

        var dropped = ring.TakeLoss().Count;
        foreach (var tally in tallies)
        {
            tally.Torn.ShouldBe(0);
            tally.OutOfOrder.ShouldBe(0);
            (tally.Read + tally.Missed + dropped).ShouldBe(events);
            if (mode == RingMode.Block) tally.Read.ShouldBe(events);
        }
    }

    [TestMethod]
    [DataRow(RingMode.DropNewest, 1 << 10)]
    [DataRow(RingMode.Block, 8)]
    [DataRow(RingMode.Block, 1 << 10)]
    public void What_is_read_in_place_is_whole_and_in_order_and_all_that_was_taken(RingMode mode, int capacity)
    {
        var ring = new EventRing(capacity, mode);
        var tally = new Tally();
        var reader = ring.OpenReader();
        var thread = new Thread(() => ReadAll(ring, reader, tally, inPlace: true));
        thread.Start();
        var events = capacity < 16 ? Events / 10 : Events;
        for (var i = 0; i < events; i++) ring.Append(TellingEvents.Number(i));
        ring.Advance(EventTime.Max);
        thread.Join();
        (tally.Torn, tally.OutOfOrder).ShouldBe((0, 0));
        (tally.Read + ring.TakeLoss().Count).ShouldBe(events);
        if (mode == RingMode.Block) tally.Read.ShouldBe(events);
    }

    [TestMethod]
    public void A_ring_that_drops_its_oldest_is_not_read_in_place()
    {
        using var reader = new EventRing(8).OpenReader();
        Should.Throw<InvalidOperationException>(() => reader.Peek().Length);
    }

    static void ReadAll(EventRing ring, RingReader reader, Tally tally, bool inPlace)
    {
        var batch = new ScopeEvent[100];
        var next = 0L;
        var wait = new SpinWait();
        while (true)
        {
            var last = ring.Watermark == EventTime.Max;
            var count = 0;
            foreach (ref readonly var e in inPlace ? reader.Peek() : batch.AsSpan(0, reader.Read(batch)))
            {
                if (!TellingEvents.IsWhole(in e)) tally.Torn++;
                if (e.Time.UnixNanos < next) tally.OutOfOrder++;
                next = e.Time.UnixNanos + 1;
                count++;
            }
            if (inPlace) reader.Skip(count);
            tally.Read += count;
            tally.Missed += reader.TakeLoss().Count;
            if (count == 0 && last) break;
            if (count == 0) wait.SpinOnce(sleep1Threshold: -1);
        }
        reader.Dispose();
    }
}
