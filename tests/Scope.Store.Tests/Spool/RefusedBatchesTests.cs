using Scope.Events;
using Scope.Store.Spool;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Spool;

[TestClass]
public sealed class RefusedBatchesTests
{
    const int Segment = SpoolScene.SegmentEvents;

    readonly SpoolScene _scene = new();

    [TestCleanup]
    public void Clean() => _scene.Dispose();

    [TestMethod]
    public void What_is_refused_lies_beside_its_recording_with_its_ids_and_is_no_loss_there()
    {
        var (name, history, events) = _scene.Record(1, segments: 3);
        using var feed = _scene.Open().Feed(name, new()).ShouldNotBeNull();
        var refused = feed.RefusedBy(SpoolScene.Warm);
        Refuse(refused, Segment / 2, Segment, "too large");
        Refuse(refused, 2 * Segment, 100, "not allowed");

        var aside = refused.Waiting.ShouldNotBeNull();
        (aside.Events, aside.Why).ShouldBe((Segment + 100, "not allowed"));
        var there = _scene.Reopen(Path.GetFileName(aside.Folder));
        there.Ledger.Lost.ShouldBe(0);
        there.List(EventQuery.All).Select(s => (s.Id.Value, RandomHistory.Meaning(there.Catalog, s.Event)))
            .ShouldBe(Enumerable.Range(Segment / 2, Segment).Concat(Enumerable.Range(2 * Segment, 100)).Select(i => ((long)i, RandomHistory.Meaning(history.Catalog, events[i]))));
        feed.Ledger.Losses.Where(l => l.Source == LossSource.Tier).Sum(l => l.Count).ShouldBe(aside.Events, "the database lacks them");
        _scene.Reopen(name).Ledger.Lost.ShouldBe(0, "the recording does not");

        var spool = _scene.Open();
        spool.Shipped(name, SpoolScene.Warm, new(events.Length));
        spool.Status().Backlogs.ShouldHaveSingleItem().Events.ShouldBe(0, "what was set aside is not on its way");
        _scene.Open(bytes: 1).Keep(EventTime.Now);
        SetAside.In(_scene.Path, SpoolScene.Warm).ShouldBeEmpty("a spool's bounds hold for it too");
        spool.Status().Lost.Values.Sum().ShouldBe(aside.Events, "which counts as lost then");
    }

    [TestMethod]
    public void Whoever_dies_between_the_disk_and_the_database_leaves_it_there_or_set_aside_and_counted_once()
    {
        var (name, _, _) = _scene.Record(2, segments: 2);
        using var feed = _scene.Open().Feed(name, new()).ShouldNotBeNull();
        var refused = feed.RefusedBy(SpoolScene.Warm);
        refused.Prepare(new(0), Segment, "no");
        refused.Settle(new(0));
        refused.Waiting.ShouldBeNull("the database had not passed over it");
        refused.Prepare(new(0), Segment, "no");
        var (workshop, info) = (Path.Combine(_scene.Path, name, ".refused-0"), Path.Combine(_scene.Path, name, ".refused-0", "recording.json"));
        var told = File.ReadAllBytes(info);
        refused.Settle(new(Segment));
        refused.Waiting.ShouldNotBeNull().Events.ShouldBe(Segment, "it had");

        // As if it had died before the last file was moved.
        Directory.CreateDirectory(workshop);
        File.WriteAllBytes(info, told);
        refused.Settle(new(Segment));
        Directory.Exists(workshop).ShouldBeFalse();
        refused.Waiting.ShouldNotBeNull().Events.ShouldBe(Segment);
        feed.Ledger.Losses.ShouldHaveSingleItem().Count.ShouldBe(Segment);
    }

    static void Refuse(RefusedBatches refused, int first, int count, string why)
    {
        refused.Prepare(new(first), count, why);
        refused.Waiting?.Events.ShouldNotBe(count, "nobody sees it yet");
        refused.Settle(new(first + count));
    }
}
