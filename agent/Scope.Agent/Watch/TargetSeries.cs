// The recordings of one service, one after the other: by the hour, and from process to process. What somebody wants of its
// past lies in memory, or on the disk in one or two of them; in the disk's case only the segments of that time are read.
using Scope.Events;
using Scope.Store;
using Scope.Store.Query.Merge;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch;

/// <summary>The recordings of a service.</summary>
/// <param name="directory">Where they are.</param>
/// <param name="service">The service's name, which is what they are called.</param>
sealed class TargetSeries(string directory, string service)
{
    const long OverlapNanos = 60_000_000_000; // The next recording is begun before the one before it ends.

    /// <summary>What was recorded between two instants, of the recording that runs and of those before it; null with the reason when it cannot be read.</summary>
    public IHistory? Between(EventTime from, EventTime to, Recorder running, out string? problem)
    {
        problem = null;
        var held = running.History;
        var before = Earlier(from, running);
        if (held.First <= from || before.Count == 0 && held.FirstId.Value == 0) return held;
        var parts = new List<HistoryPart>();
        foreach (var folder in (string[])[.. before, running.Folder])
            if (RecordingReader.TryOpen(folder, out problem, window: new(from, to)) is { Count: > 0 } recording) parts.Add(new(Path.GetFileName(folder), "disk", recording));
        if (parts.Count == 0 && held.Count > 0) return held; // The disk is gone or was full; memory has the newest.
        problem ??= "nothing was recorded in that time";
        return parts.Count switch { 0 => null, 1 => parts[0].History, _ => new MergedHistory(parts) };
    }

    /// <summary>Recordings that ended when this one began, and reach into the time asked for.</summary>
    List<string> Earlier(EventTime from, Recorder running)
    {
        var earlier = new List<string>();
        foreach (var folder in RecordingFolder.Series(directory, service))
            if (folder != running.Folder && RecordingInfo.TryRead(folder, out var info) is null && info.Started < running.Started && EndOf(folder, info) is var end && end >= from && end <= running.Started + OverlapNanos)
                earlier.Add(folder);
        return earlier;
    }

    // One that is still being ended, or was killed, tells no end; its file was written last when it was heard of last.
    static EventTime EndOf(string folder, RecordingInfo info) =>
        info.CleanEnd ? info.Ended : EventTime.From(File.GetLastWriteTimeUtc(Path.Combine(folder, RecordingFolder.InfoFile)));
}
