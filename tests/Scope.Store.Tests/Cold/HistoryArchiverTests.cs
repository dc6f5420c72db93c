using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Contract;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Cold;

[TestClass]
public sealed class HistoryArchiverTests : IDisposable
{
    const string Tier = "warm tier";

    readonly TemporaryFolder _root = new("tier");
    readonly FolderArchive _archive;

    public HistoryArchiverTests() => _archive = new(_root["archive"]);

    public void Dispose() => _root.Dispose();

    [TestMethod]
    public void What_a_tier_holds_is_archived_bit_by_bit_and_answers_as_the_tier_does()
    {
        var random = new RandomEvents(5);
        var events = random.Events(40_000);
        var tier = new NaiveHistory(random.Catalog, events);
        var middle = events[25_000].Time;
        var first = Archived(tier, middle);
        (first.Events, first.Segments.Count, first.Whole, first.Source).ShouldBe((events.FindIndex(e => e.Time >= middle), 1, false, Tier));
        var second = Archived(tier, EventTime.Max);
        (second.Events, second.Segments.Count).ShouldBe((40_000, 2));
        Archived(tier, EventTime.Max).Segments.Count.ShouldBe(2, "there is nothing more");
        Directory.GetFileSystemEntries(_root["scratch"]).ShouldBeEmpty();

        var cold = new Translated(new ColdHistory(_archive, second), random.Catalog, events);
        cold.List(EventQuery.All).ShouldBe(tier.List(EventQuery.All));
        foreach (var query in Enumerable.Range(0, 20).Select(_ => random.Query(events))) cold.List(query).ShouldBe(tier.List(query), $"{query}");
        var restored = new Restorer(_archive).Restore(second, _root["back"], RecordingWindow.All, EventTime.Max);
        RecordingReader.Open(restored.Folder).Count.ShouldBe(40_000);
    }

    [TestMethod]
    public void Ids_that_are_missing_in_the_tier_are_missing_in_the_archive()
    {
        var recording = new SegmentedRecording(_root["here"]);
        foreach (var part in (string[])["000002.seg", "000002.idx"]) File.Delete(Path.Combine(recording.Folder, part));
        var manifest = Archived(RecordingReader.Open(recording.Folder), EventTime.Max);
        var cold = new ColdHistory(_archive, manifest);
        recording.ShouldBeIn(cold, 1, 3, 4);
        cold.TryGet(new(SegmentedRecording.EventsOfSegment), out _).ShouldBeFalse();
        var path = Path.Combine(_root["archive"], "a.scope", "000001.seg");
        SegmentIndexing.Of(File.ReadAllBytes(path), path, out _).Frames.ShouldBe(SegmentIndexing.Beside(path)!.Frames);
    }

    [TestMethod]
    public void A_recording_is_archived_from_its_folder_or_from_a_tier_and_not_from_both()
    {
        var recording = new SegmentedRecording(_root["here"]);
        new Archiver(_archive).Archive(recording.Folder).Problem.ShouldBeNull();
        Directory.CreateDirectory(_root["scratch"]);
        var more = new NaiveHistory(recording.History.Catalog, recording.Events, firstId: recording.Events.Length);
        new HistoryArchiver(_archive, _root["scratch"]).Archive(recording.Name, more, Tier, EventTime.Max).Problem!.ShouldContain("cannot go on with it from its warm tier");
        ArchivedRecordings.All(_archive, []).Single().Events.ShouldBe(recording.Events.Length);
    }

    ArchiveManifest Archived(IHistory tier, EventTime before)
    {
        Directory.CreateDirectory(_root["scratch"]);
        var outcome = new HistoryArchiver(_archive, _root["scratch"]).Archive("a.scope", tier, Tier, before);
        outcome.Problem.ShouldBeNull();
        return outcome.Manifest!;
    }
}
