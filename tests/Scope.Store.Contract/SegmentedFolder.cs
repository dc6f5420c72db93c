// A recording of several segments, made at once and archived: what a tier of archived segments is filled with.
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Contract;

public static class SegmentedFolder
{
    const int Segments = 5;

    /// <summary>Writes events into the segments of a new recording, archives it, and gives what is in the archive.</summary>
    public static ArchiveManifest Archived(IArchive archive, string folder, Catalog catalog, IReadOnlyList<ScopeEvent> events)
    {
        Write(folder, catalog, [.. events], Segments);
        var outcome = new Archiver(archive).Archive(folder);
        return outcome.Manifest ?? throw new InvalidOperationException(outcome.Problem);
    }

    /// <summary>Writes events, whose ids count up from 0, into the segments of a new recording that was ended in order.</summary>
    public static RecordingInfo Write(string folder, Catalog catalog, ReadOnlySpan<ScopeEvent> events, int segments)
    {
        Directory.CreateDirectory(folder);
        using var writer = new SegmentFileWriter(catalog);
        var each = (events.Length + segments - 1) / segments;
        for (int number = 1, from = 0; from < events.Length; number++, from += each)
        {
            writer.Open(RecordingFolder.SegmentPath(folder, number), number);
            writer.Append(events.Slice(from, Math.Min(each, events.Length - from)), new(from));
            writer.Seal();
        }
        var info = new RecordingInfo { Started = events.Length > 0 ? events[0].Time : EventTime.Min, Ended = events.Length > 0 ? events[^1].Time : EventTime.Min, CleanEnd = true, Targets = catalog.Targets.All, Events = events.Length, Segments = segments };
        info.Write(folder);
        return info;
    }
}
