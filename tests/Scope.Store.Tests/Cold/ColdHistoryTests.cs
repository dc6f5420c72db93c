using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Store.Tests.Cold;

[TestClass]
public sealed class ColdHistoryTests : IDisposable
{
    readonly TemporaryFolder _root = new("cold");
    readonly FolderArchive _archive;

    public ColdHistoryTests() => _archive = new(_root["archive"]);

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void What_an_answer_costs_is_known_before_anything_is_fetched_and_is_what_it_costs()
    {
        var recording = new SegmentedRecording(_root["here"], segments: 6);
        var cold = Open(recording);
        var query = new EventQuery { From = recording.Within(2), To = recording.Within(4) };
        var cost = cold.CostOf(query);
        (cost.Objects, cold.Fetched.Objects).ShouldBe((3, 0));
        cold.List(query).Count.ShouldBe(2 * SegmentedRecording.EventsOfSegment);
        cold.Fetched.ShouldBe(cost);
        cold.CostOf(query).ShouldBe(new ColdCost(0, 0));
        cold.CostOf(EventQuery.All).Objects.ShouldBe(3);
        cold.List(new() { Limit = 5 }).Count.ShouldBe(5);
        cold.Fetched.Objects.ShouldBe(4, "the first segment holds the first five");
    }

    [TestMethod]
    public void Only_segments_whose_index_may_hold_the_flow_the_method_or_the_kind_are_fetched()
    {
        var recording = new SegmentedRecording(_root["here"], segments: 6);
        // The last segment alone tells of a flow, a method and a kind that no other has.
        var catalog = recording.History.Catalog;
        var flow = catalog.Flows.Intern(4711);
        var method = catalog.Methods.Intern(new(default, 0x6009999, "Shop.Lonely", "Do", "void ()"));
        foreach (ref var e in recording.Events.AsSpan())
            if (e.Kind == EventKind.Snapshot) e.Kind = EventKind.Log;
        ref var lonely = ref recording.Events[^5];
        (lonely.Flow, lonely.Method, lonely.Kind) = (flow, method, EventKind.Snapshot);
        recording.Rewrite();

        var byName = Open(recording);
        (byName.CostOf(EventQuery.All, trace: 4711).Objects, byName.CostOf(EventQuery.All, method: "Shop.Lonely.Do").Objects, byName.CostOf(EventQuery.All).Objects).ShouldBe((1, 1, 6));
        byName.Fetch(EventQuery.All, trace: 4711);
        byName.Catalog.Flows.Find(4711).IsNone.ShouldBeFalse();
        byName.Fetched.Objects.ShouldBe(1);

        var cold = Open(recording);
        cold.TryGet(new(recording.Events.Length - 5), out var found).ShouldBeTrue();
        cold.Fetched.Objects.ShouldBe(1);
        (cold.FirstId.Value, cold.NextId.Value).ShouldBe((0, recording.Events.Length));
        foreach (var query in (EventQuery[])[new() { Flow = found.Flow }, new() { Method = found.Method }, new() { Kinds = KindSet.Of(EventKind.Snapshot) }])
            cold.List(query).Select(e => e.Id.Value).ShouldBe([recording.Events.Length - 5L]);
        cold.Fetched.Objects.ShouldBe(1);
        cold.CostOf(new() { Flow = found.Flow, Order = EventOrder.NewestFirst }).Objects.ShouldBe(0);
        cold.CostOf(new() { Thread = found.Thread }).Objects.ShouldBe(5);
    }

    [TestMethod]
    public void A_handle_means_the_same_in_whatever_order_segments_come()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var cold = Open(recording);
        foreach (var number in (int[])[3, 1, 4, 2]) cold.TryGet(new((number - 1) * SegmentedRecording.EventsOfSegment), out _).ShouldBeTrue();
        recording.ShouldBeIn(cold, 1, 2, 3, 4);
        // Flows without a trace id are the hard ones: only their number in the recording tells that they are the same.
        var catalog = recording.History.Catalog;
        var nameless = recording.Events.First(e => !e.Flow.IsNone && catalog.Flows[e.Flow] == 0).Flow;
        var ids = recording.Events.Index().Where(e => e.Item.Flow == nameless).Select(e => (long)e.Index).ToList();
        cold.TryGet(new(ids[0]), out var first).ShouldBeTrue();
        cold.List(new() { Flow = first.Flow }).Select(e => e.Id.Value).ShouldBe(ids);
    }

    [TestMethod]
    public void Snapshots_and_the_ledger_come_with_it()
    {
        var recording = new SegmentedRecording(_root["here"]);
        SnapshotFile.Write(recording.Folder, new() { Number = 2 });
        (recording.Info with { Ledger = LedgerSummary.Empty with { Captured = 9, Lost = 1 } }).Write(recording.Folder);
        var cold = Open(recording);
        cold.Snapshots.ShouldHaveSingleItem().Number.ShouldBe(2);
        cold.Ledger.Share.ShouldBe(0.9);
        cold.Fetched.Objects.ShouldBe(0);
    }

    [TestMethod]
    public void What_is_held_in_memory_is_bounded_and_what_went_is_fetched_again()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var cold = new ColdHistory(_archive, Open(recording).Manifest, heldEvents: 2 * SegmentedRecording.EventsOfSegment);
        for (var round = 1; round <= 3; round++)
        {
            recording.ShouldBeIn(cold, 1, 2, 3, 4);
            cold.CostOf(EventQuery.All).Objects.ShouldBe(2);
            cold.Fetched.Objects.ShouldBe(4 * round);
        }
        cold.List(new() { From = recording.Within(3) }).ShouldNotBeEmpty();
        cold.Fetched.Objects.ShouldBe(12, "the last two are held");
    }

    [TestMethod]
    public void A_damaged_or_missing_segment_is_named_and_what_does_not_need_it_is_answered()
    {
        var recording = new SegmentedRecording(_root["here"]);
        var cold = Open(recording);
        var path = Path.Combine(_root["archive"], recording.Name, "000002.seg");
        var bytes = File.ReadAllBytes(path);
        bytes[^30] ^= 1;
        File.WriteAllBytes(path, bytes);
        Should.Throw<IOException>(() => cold.List(EventQuery.All)).Message.ShouldContain("000002.seg is not what was archived");
        cold.List(new() { From = recording.Within(3) }).ShouldNotBeEmpty();
        File.Delete(path);
        Should.Throw<IOException>(() => cold.List(EventQuery.All)).Message.ShouldContain("000002.seg is not there");
    }

    ColdHistory Open(SegmentedRecording recording)
    {
        var outcome = new Archiver(_archive).Archive(recording.Folder);
        outcome.Problem.ShouldBeNull();
        return new(_archive, outcome.Manifest!);
    }
}
