// What the merge gives on, when, and what it says about it.
using Scope.Events;
using Scope.Pipeline.Merge;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Merge;

[TestClass]
public sealed class TimeMergeTests
{
    readonly Ledger _ledger = new();
    readonly ManualClock _clock = new();
    readonly TimeMerge _merge;
    readonly EventRing _a = new(1024), _b = new(1024);

    public TimeMergeTests()
    {
        _merge = new(_ledger, _clock, holdMillis: 250);
        _merge.Add(_a, "a");
        _merge.Add(_b, "b");
    }

    [TestCleanup]
    public void Close() => _merge.Dispose();

    [TestMethod]
    public void Events_of_two_sources_come_out_by_time()
    {
        Append(_a, 1, 4, 5, 9);
        Append(_b, 2, 3, 6, 7);
        _a.Advance(new(10));
        _b.Advance(new(10));
        Read().ShouldBe([1, 2, 3, 4, 5, 6, 7, 9]);
        _merge.Watermark.ShouldBe(new EventTime(10));
    }

    [TestMethod]
    public void Nothing_goes_on_that_another_source_may_still_come_before()
    {
        Append(_a, 1, 5);
        _a.Advance(new(6));
        Read().ShouldBeEmpty("b has promised nothing");
        _b.Advance(new(3));
        Read().ShouldBe([1]);
        _merge.Watermark.ShouldBe(new EventTime(3));
        Append(_b, 4);
        _b.Advance(new(5));
        Read().ShouldBe([4, 5], "of two at the same time either may go first");
    }

    [TestMethod]
    public void A_silent_source_holds_the_others_back_for_its_time_and_no_longer()
    {
        Append(_a, 1, 2);
        _a.Advance(new(3));
        Read().ShouldBeEmpty();
        _clock.Millis += 249;
        Read().ShouldBeEmpty();
        _clock.Millis += 1;
        Read().ShouldBe([1, 2]);
        _merge.Watermark.ShouldBe(new EventTime(3));
    }

    [TestMethod]
    public void What_a_silent_source_says_of_the_past_takes_the_present_and_is_told()
    {
        Append(_a, 10, 20);
        _a.Advance(new(30));
        _clock.Millis += 300;
        Read().ShouldBe([10, 20]);
        Append(_b, 5, 15, 40);
        _b.Advance(new(50));
        Read().ShouldBe([30, 30], "30 was promised already; 40 waits for a");
        _merge.Late.ShouldBe(2);
        _ledger.Summary().Losses.ShouldHaveSingleItem().ShouldBe(new LossEntry(LossSource.Order, "b", new(5), new(30), 2));
        _ledger.Summary().Lost.ShouldBe(0, "no event was lost, only when it was");
        _a.Advance(new(60));
        Read().ShouldBe([40]);
    }

    [TestMethod]
    public void A_source_that_speaks_again_is_waited_for_again()
    {
        _clock.Millis += 300;
        Read();
        _b.Advance(new(5));
        Append(_a, 6);
        _a.Advance(new(9));
        Read().ShouldBeEmpty();
        _b.Advance(new(9));
        Read().ShouldBe([6]);
    }

    [TestMethod]
    public void A_source_that_has_finished_holds_nobody_back_and_all_finished_is_the_end()
    {
        Append(_a, 1);
        _a.Advance(EventTime.Max);
        Append(_b, 2);
        _b.Advance(new(3));
        Read().ShouldBe([1, 2]);
        _merge.IsFinished.ShouldBeFalse();
        _b.Advance(EventTime.Max);
        Read().ShouldBeEmpty();
        _merge.IsFinished.ShouldBeTrue();
        _merge.Watermark.ShouldBe(EventTime.Max);
        _merge.Wait(CancellationToken.None).ShouldBeFalse();
    }

    [TestMethod]
    public void A_source_may_join_while_others_run()
    {
        Append(_a, 1, 5);
        _a.Advance(new(6));
        _b.Advance(new(6));
        Read().ShouldBe([1, 5]);
        var c = new EventRing(64);
        _merge.Add(c, "c");
        Append(_a, 8);
        Append(c, 7);
        foreach (var ring in (EventRing[])[_a, _b, c]) ring.Advance(new(9));
        Read().ShouldBe([7, 8]);
    }

    [TestMethod]
    public void A_source_may_join_after_all_others_have_finished()
    {
        Append(_a, 4);
        _a.Advance(EventTime.Max);
        _b.Advance(EventTime.Max);
        Read().ShouldBe([4]);
        var c = new EventRing(64);
        _merge.Add(c, "c");
        _merge.IsFinished.ShouldBeFalse();
        Append(c, 6);
        c.Advance(new(7));
        Read().ShouldBe([6]);
    }

    [TestMethod]
    public void What_a_ring_dropped_is_told_with_its_name_and_interval()
    {
        var small = new EventRing(16);
        _merge.Add(small, "small");
        Append(small, [.. Enumerable.Range(1, 100).Select(i => (long)i)]);
        foreach (var ring in (EventRing[])[_a, _b, small]) ring.Advance(new(200));
        var read = Read();
        var loss = _ledger.Summary().Losses.ShouldHaveSingleItem();
        loss.ShouldBe(new(LossSource.Ring, "small", new(read[0]), new(read[0]), 100 - read.Count));
    }

    [TestMethod]
    public void More_than_fits_comes_out_in_parts()
    {
        Append(_a, [.. Enumerable.Range(0, 500).Select(i => i * 2L)]);
        Append(_b, [.. Enumerable.Range(0, 500).Select(i => i * 2L + 1)]);
        _a.Advance(EventTime.Max);
        _b.Advance(EventTime.Max);
        var all = new List<long>();
        while (Read(7) is { Count: > 0 } part) all.AddRange(part);
        all.ShouldBe(Enumerable.Range(0, 1000).Select(i => (long)i));
    }

    [TestMethod]
    public void Reading_allocates_nothing()
    {
        var into = new ScopeEvent[64];
        Turn(into, 0, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn(into, 200, 5000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    void Turn(ScopeEvent[] into, long from, long to)
    {
        for (var i = from; i < to; i++)
        {
            _a.Append(TellingEvents.Number(i));
            _b.Append(TellingEvents.Number(i));
            _a.Advance(new(i));
            _b.Advance(new(i));
            _merge.Read(into);
        }
    }

    List<long> Read(int atMost = 1024)
    {
        var into = new ScopeEvent[atMost];
        return [.. into.Take(_merge.Read(into)).Select(e => e.Time.UnixNanos)];
    }

    static void Append(EventRing ring, params long[] times)
    {
        foreach (var time in times) ring.Append(TellingEvents.Number(time));
        ring.Publish();
    }
}
