// A spool with recordings whose segments hold random events, so that tests can fill it to the byte.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Store.Spool;
using Scope.Store.Tests.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Spool;

sealed class SpoolScene : IDisposable
{
    public const string Warm = "postgres";
    public const int SegmentEvents = 600;

    readonly TemporaryFolder _folder = new("spool");

    /// <summary>Where it is.</summary>
    public string Path => _folder["spool"];

    /// <summary>The spool with limits, as a process finds it that has just begun.</summary>
    public SpoolFolder Open(long bytes = long.MaxValue, long ageNanos = long.MaxValue, params string[] destinations) =>
        SpoolFolder.TryOpen(Path, new(bytes, ageNanos), destinations.Length == 0 ? [Warm] : destinations, out _).ShouldNotBeNull();

    /// <summary>Puts a recording with some sealed segments in; gives its name and what it holds.</summary>
    public (string Name, RandomHistory History, ScopeEvent[] Events) Record(int seed, int segments)
    {
        var history = new RandomHistory(seed);
        var events = history.Events(segments * SegmentEvents);
        using var writing = Open().Begin($"svc{seed}", events[0].Time);
        using var file = new SegmentFileWriter(history.Catalog);
        for (var i = 0; i < segments; i++)
        {
            file.Open(RecordingFolder.SegmentPath(writing.Folder, i + 1), i + 1);
            file.Append(events.AsSpan(i * SegmentEvents, SegmentEvents), new(i * SegmentEvents));
            file.Seal();
        }
        var ledger = new Ledger();
        ledger.Captured("test", events.Length);
        new RecordingInfo { CleanEnd = true, Started = events[0].Time, Ended = events[^1].Time, Events = events.Length, Segments = segments, Ledger = ledger.Summary() }.Write(writing.Folder);
        return (System.IO.Path.GetFileName(writing.Folder), history, events);
    }

    /// <summary>A recording of the spool, opened as any other.</summary>
    public Recording Reopen(string name) => RecordingReader.Open(System.IO.Path.Combine(Path, name));

    public void Dispose() => _folder.Dispose();
}
