// One recording in the spool, as it lies on the disk at one moment.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>A sealed segment in the spool.</summary>
/// <param name="Number">Its number in its recording.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its bytes, those of its index counted.</param>
/// <param name="First">The id of its first event.</param>
/// <param name="Last">The id of its last event.</param>
/// <param name="Events">How many events it holds.</param>
/// <param name="Earliest">The time of its oldest event.</param>
/// <param name="Latest">The time of its newest event.</param>
public sealed record SpooledSegment(int Number, string Path, long Bytes, EventId First, EventId Last, long Events, EventTime Earliest, EventTime Latest)
{
    /// <summary>How many of its events have an id from one on; where it has gaps, at most.</summary>
    public long EventsFrom(EventId next) => Math.Clamp(Last.Value + 1 - next.Value, 0, Events);

    /// <summary>A segment that has its index; null for one that has none: it is being written, or was broken off.</summary>
    internal static SpooledSegment? Of(string path)
    {
        if (SegmentIndexing.Beside(path) is not { Frames.Count: > 0 } index) return null;
        return new(index.Number, path, new FileInfo(path).Length + new FileInfo(SegmentIndexing.PathBeside(path)).Length, index.Frames[0].First, index.Frames[^1].Last, index.EventCount, index.Earliest, index.Latest);
    }
}

/// <summary>A recording in the spool.</summary>
/// <param name="Name">Its folder's name, which is its name in every tier.</param>
/// <param name="Folder">Its folder.</param>
/// <param name="IsBeingWritten">Whether a recorder that lives writes it.</param>
/// <param name="Bytes">All its bytes.</param>
/// <param name="Segments">Its sealed segments, in their order.</param>
/// <param name="Unsealed">Its segments that have no index: the one being written, or those that a killed recorder left.</param>
/// <param name="Book">What was shipped and lost of it.</param>
public sealed record SpooledRecording(string Name, string Folder, bool IsBeingWritten, long Bytes, IReadOnlyList<SpooledSegment> Segments, IReadOnlyList<string> Unsealed, SpoolBook Book)
{
    /// <summary>Whether a destination lacks events of it, or may, as not all is sealed.</summary>
    internal bool IsAwaitedBy(string destination) => Unsealed.Count > 0 || Segments.Any(segment => segment.EventsFrom(Book.ShippedTo([destination])) > 0);

    /// <summary>A recording as it lies there now; null when it goes meanwhile.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="segmentOf">Gives the sealed segment of a path, null when it is not sealed.</param>
    internal static SpooledRecording? Of(string folder, Func<string, SpooledSegment?> segmentOf)
    {
        try
        {
            var sealedOnes = new List<SpooledSegment>();
            var unsealed = new List<string>();
            foreach (var path in RecordingFolder.Segments(folder))
                if (segmentOf(path) is { } segment) sealedOnes.Add(segment);
                else unsealed.Add(path);
            var bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            return new(Path.GetFileName(folder), folder, SpoolWriting.IsHeld(folder), bytes, sealedOnes, unsealed, SpoolBook.Read(folder, out _));
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            return null;
        }
    }
}
