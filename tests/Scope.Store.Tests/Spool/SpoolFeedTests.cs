using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Spool;

[TestClass]
public sealed class SpoolFeedTests
{
    readonly SpoolScene _scene = new();

    [TestCleanup]
    public void Clean() => _scene.Dispose();

    [TestMethod]
    public void Batches_of_any_size_go_through_all_segments_once()
    {
        var (name, history, events) = _scene.Record(1, segments: 3);
        foreach (var size in (int[])[1, 77, 600, 5000])
        {
            using var feed = _scene.Open().Feed(name, new()).ShouldNotBeNull();
            var (batch, next) = (new ScopeEvent[size], 0);
            while (feed.Read(new(next), batch, out var first) is > 0 and var read)
            {
                first.Value.ShouldBe(next);
                for (var i = 0; i < read; i += 31) RandomHistory.Meaning(feed.Catalog, batch[i]).ShouldBe(RandomHistory.Meaning(history.Catalog, events[next + i]));
                next += read;
            }
            next.ShouldBe(events.Length);
            feed.Damages.ShouldBeEmpty();
            feed.Ledger.Captured.ShouldBe(events.Length);
        }
    }

    [TestMethod]
    public void It_goes_back_to_where_a_shipper_broke_off_and_gives_the_same_again()
    {
        var (name, _, _) = _scene.Record(2, segments: 3);
        using var feed = _scene.Open().Feed(name, new()).ShouldNotBeNull();
        var (once, again) = (new ScopeEvent[500], new ScopeEvent[500]);
        feed.Read(new(400), once, out _).ShouldBe(500);
        feed.Read(new(900), new ScopeEvent[700], out _).ShouldBe(700);
        feed.Read(new(400), again, out var first).ShouldBe(500);
        first.Value.ShouldBe(400);
        // Payloads are kept again, under new ids; everything else is known.
        foreach (var pair in once.Zip(again)) (pair.First with { Payload = default }).ShouldBe(pair.Second with { Payload = default });
    }

    [TestMethod]
    public void Gaps_are_stepped_over_and_the_first_id_says_where_it_goes_on()
    {
        var (name, _, events) = _scene.Record(3, segments: 2);
        var spool = _scene.Open(_scene.Open().Status().Bytes - 1);
        spool.Keep(EventTime.Now);
        using var feed = spool.Feed(name, new()).ShouldNotBeNull();
        var (batch, ids) = (new ScopeEvent[64], new List<long>());
        for (var next = new EventId(0); feed.Read(next, batch, out var first) is > 0 and var read; next = new(first.Value + read)) ids.AddRange(Enumerable.Range(0, read).Select(i => first.Value + i));
        ids.ShouldBe(_scene.Reopen(name).List(EventQuery.All).Select(s => s.Id.Value));
        ids.Count.ShouldBeLessThan(events.Length);
    }

    [TestMethod]
    public void It_follows_a_recorder_through_frames_and_segments()
    {
        var history = new RandomHistory(4);
        var hot = new HotIndex(history.Catalog, new Ledger());
        using var writing = _scene.Open().Begin("live", EventTime.Now);
        using var writer = RecordingWriter.Start(writing.Folder, new(), history.Catalog, new Ledger(), hot.Read);
        using var feed = _scene.Open().Feed(Path.GetFileName(writing.Folder), new()).ShouldNotBeNull();
        var (batch, events, next) = (new ScopeEvent[300], new List<ScopeEvent>(), 0L);
        for (var round = 0; round < 6; round++)
        {
            var some = history.Events(200 + round * 50);
            events.AddRange(some);
            foreach (var e in some) hot.Append(e);
            SpinWait.SpinUntil(() => writer.Status.Acknowledged == events.Count, TimeSpan.FromSeconds(10)).ShouldBeTrue();
            feed.MayGrow.ShouldBeTrue();
            while (feed.Read(new(next), batch, out var first) is > 0 and var read)
            {
                first.Value.ShouldBe(next);
                RandomHistory.Meaning(feed.Catalog, batch[read - 1]).ShouldBe(RandomHistory.Meaning(history.Catalog, events[(int)next + read - 1]));
                next += read;
            }
            next.ShouldBe(events.Count);
            // The open segment goes away under the writer: it begins a new one, and nothing is read twice.
            if (round == 3) File.Delete(RecordingFolder.SegmentPath(writing.Folder, 1));
        }
        feed.Damages.ShouldBeEmpty();
    }

    [TestMethod]
    public void A_destination_that_lends_its_dictionary_gets_the_same_ids_though_the_first_segments_are_gone()
    {
        var (name, _, _) = _scene.Record(5, segments: 3);
        var catalog = new Catalog(); // What the destination has learnt.
        var batch = new ScopeEvent[SpoolScene.SegmentEvents];
        using (var feed = _scene.Open().Feed(name, catalog)!) feed.Read(new(0), batch, out _).ShouldBe(SpoolScene.SegmentEvents);
        var known = batch.Select(e => e.Span).ToHashSet();
        var expected = new ScopeEvent[SpoolScene.SegmentEvents];
        using (var whole = _scene.Open().Feed(name, new())!)
        {
            whole.Read(new(0), expected, out _);
            whole.Read(new(SpoolScene.SegmentEvents), expected, out _);
        }
        var spool = _scene.Open(_scene.Open().Status().Bytes - 1);
        spool.Shipped(name, SpoolScene.Warm, new(SpoolScene.SegmentEvents));
        spool.Keep(EventTime.Now).ShippedAway.ShouldBe(SpoolScene.SegmentEvents);

        // A new process: the old segment is gone, the destination's dictionary is not.
        using var again = spool.Feed(name, catalog)!;
        again.Read(new(SpoolScene.SegmentEvents), batch, out _).ShouldBe(SpoolScene.SegmentEvents);
        foreach (var (e, was) in batch.Zip(expected))
        {
            (e.Target, e.Thread, e.Method, e.CodeNode, e.Stack, e.Name, e.Flow.IsNone).ShouldBe((was.Target, was.Thread, was.Method, was.CodeNode, was.Stack, was.Name, was.Flow.IsNone));
            // A span without W3C ids is known by its number in the recording only, which a new process has not seen.
            if (known.Contains(was.Span) && !catalog.Spans[was.Span].IsActivity) e.Span.ShouldBe(was.Span);
        }
    }

    [TestMethod]
    public void The_segment_that_a_shipper_reads_stays_until_it_has_gone_on()
    {
        var (name, _, _) = _scene.Record(6, segments: 2);
        var spool = _scene.Open(0);
        using (var feed = spool.Feed(name, new())!)
        {
            feed.Read(new(0), new ScopeEvent[10], out _).ShouldBe(10);
            spool.Keep(EventTime.Now).Lost.Values.Sum().ShouldBe(SpoolScene.SegmentEvents);
            feed.Read(new(10), new ScopeEvent[SpoolScene.SegmentEvents], out _).ShouldBe(SpoolScene.SegmentEvents - 10);
        }
        spool.Keep(EventTime.Now).Lost.Values.Sum().ShouldBe(SpoolScene.SegmentEvents);
    }

    [TestMethod]
    public void A_recording_that_is_not_there_has_no_feed() => _scene.Open().Feed("nobody.scope", new()).ShouldBeNull();
}
