// Windows of a recording: only the segments that overlap are read, and what is read is the same as of the whole.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Recordings;

[TestClass]
public sealed class RecordingExtentTests
{
    const int Segments = 8, EventsEach = 2000;

    readonly string _folder = Directory.CreateTempSubdirectory("scope-extent").FullName;
    readonly ScopeEvent[] _events;
    readonly Recording _whole;

    public RecordingExtentTests()
    {
        var history = new RandomHistory(11);
        _events = history.Events(Segments * EventsEach);
        var file = new SegmentFileWriter(history.Catalog);
        for (var i = 0; i < Segments; i++)
        {
            file.Open(Path.Combine(_folder, $"{i + 1:D6}.seg"), i + 1);
            file.Append(_events.AsSpan(i * EventsEach, EventsEach), new(i * EventsEach));
            file.Seal();
        }
        File.WriteAllText(Path.Combine(_folder, "recording.json"), """{ "schema": 1, "cleanEnd": true }""");
        _whole = RecordingReader.Open(_folder);
    }

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_extent_is_that_of_the_events()
    {
        var extent = RecordingExtent.Of(_folder);
        extent.IsKnown.ShouldBeTrue();
        (extent.First, extent.Last).ShouldBe((_whole.First, _whole.Last));
    }

    [TestMethod]
    public void A_window_reads_its_own_segments_only_and_holds_the_same_events()
    {
        var window = new RecordingWindow(_events[3 * EventsEach].Time, _events[5 * EventsEach - 1].Time);
        var part = RecordingReader.TryOpen(_folder, out _, window: window).ShouldNotBeNull();
        part.SegmentsRead.ShouldBeLessThan(Segments / 2 + 1);
        (part.Count + part.Skipped).ShouldBe(_whole.Count);
        part.Notes.ShouldBeEmpty();
        part.Ledger.Lost.ShouldBe(0);
        var query = new EventQuery { From = window.From, To = window.To + 1 };
        Meanings(part, query).ShouldBe(Meanings(_whole, query));
    }

    [TestMethod]
    public void All_is_read_where_nothing_is_asked_for_and_nothing_where_nothing_was()
    {
        _whole.SegmentsRead.ShouldBe(Segments);
        RecordingReader.TryOpen(_folder, out _, window: new(_whole.Last + 1, EventTime.Max)).ShouldNotBeNull().SegmentsRead.ShouldBe(0);
    }

    [TestMethod]
    public void A_segment_without_its_index_is_read()
    {
        File.Delete(Path.Combine(_folder, "000001.idx"));
        File.WriteAllBytes(Path.Combine(_folder, "000002.idx"), [1, 2, 3]);
        RecordingExtent.Of(_folder).IsKnown.ShouldBeFalse();
        var part = RecordingReader.TryOpen(_folder, out _, window: new(_whole.Last, EventTime.Max)).ShouldNotBeNull();
        part.SegmentsRead.ShouldBe(3);
        part.Ledger.Lost.ShouldBe(0);
    }

    [TestMethod]
    public void An_event_is_found_by_its_id_without_reading_all()
    {
        var id = new EventId(6 * EventsEach + 5);
        var window = RecordingExtent.Of(_folder).Around(id).ShouldNotBeNull();
        var part = RecordingReader.TryOpen(_folder, out _, window: window).ShouldNotBeNull();
        part.SegmentsRead.ShouldBeLessThanOrEqualTo(3);
        part.TryGet(id, out var e).ShouldBeTrue();
        e.Time.ShouldBe(_events[id.Value].Time);
        RecordingExtent.Of(_folder).Around(new(Segments * EventsEach)).ShouldBeNull();
    }

    static List<string> Meanings(Recording recording, EventQuery query) => [.. recording.List(query).Select(found => $"{found.Id} {RandomHistory.Meaning(recording.Catalog, found.Event)}")];
}
