// A recording of several small segments, as its writer leaves them: what a day's recording is, in a second.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Recordings;
using Scope.Store.Tests.Segments;

namespace Scope.Store.Tests.Cold;

sealed class SegmentedRecording
{
    public const int EventsOfSegment = 500;

    readonly int _segments;

    public SegmentedRecording(string root, int segments = 4, int seed = 1, string name = "shop_20261121_030000.scope")
    {
        History = new(seed);
        Folder = Path.Combine(root, name);
        Events = History.Events(segments * EventsOfSegment);
        _segments = segments;
        Info = Rewrite();
        File.WriteAllText(Path.Combine(Folder, RecordingFolder.FindingsFile), "{}");
        Directory.CreateDirectory(Path.Combine(Folder, "snapshots"));
        File.WriteAllText(Path.Combine(Folder, "snapshots", "000001.json.gz"), "not read here");
    }

    public RandomHistory History { get; }

    public ScopeEvent[] Events { get; }

    public string Folder { get; }

    public string Name => Path.GetFileName(Folder);

    public RecordingInfo Info { get; }

    /// <summary>Writes the segments again, after the events were changed.</summary>
    public RecordingInfo Rewrite()
    {
        if (Directory.Exists(Folder)) foreach (var segment in RecordingFolder.Segments(Folder)) File.Delete(segment);
        return SegmentedFolder.Write(Folder, History.Catalog, Events, _segments);
    }

    public string Segment(int number) => RecordingFolder.SegmentPath(Folder, number);

    /// <summary>A time in the middle of a segment.</summary>
    public EventTime Within(int number) => Events[(number - 1) * EventsOfSegment + EventsOfSegment / 2].Time;

    /// <summary>That a history holds these events, with all that they mean, and no others.</summary>
    public void ShouldBeIn(IHistory history, params int[] segments)
    {
        var ids = segments.SelectMany(s => Enumerable.Range((s - 1) * EventsOfSegment, EventsOfSegment)).ToList();
        var found = history.List(EventQuery.All);
        found.Select(e => (int)e.Id.Value).ShouldBe(ids);
        foreach (var (id, e) in found)
        {
            var (meant, original) = (RandomHistory.Meaning(history.Catalog, e), RandomHistory.Meaning(History.Catalog, Events[id.Value]));
            if (meant != original) meant.ShouldBe(original);
        }
    }
}
