// Sets aside what a destination refuses of a recording, around the destination's own transaction, so that however often it breaks
// off, an event is there or set aside, and never both. In steps:
//  1. Prepare: the events become a segment in a workshop within the recording, which nobody reads.
//  2. The destination moves its place past them and commits.
//  3. Settle: the segment takes its place in the folder beside the recording, and the recording's book counts it.
// Who begins again asks the destination for its place, which says whether step 3 is to be done or step 1 undone.
using System.Globalization;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>What is refused of one recording. For one thread.</summary>
public sealed class RefusedBatches
{
    const string Workshop = ".refused-"; // And the id of the first event.

    readonly SpoolFolder? _spool;
    readonly string _folder, _aside, _destination;

    /// <summary>What is refused of a recording.</summary>
    /// <param name="spool">The spool that it is in; null for none.</param>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="destination">Who refuses.</param>
    internal RefusedBatches(SpoolFolder? spool, string folder, string destination) => (_spool, _folder, _aside, _destination) = (spool, folder, SetAside.FolderOf(folder), destination);

    /// <summary>What was set aside and waits; null when nothing does.</summary>
    public SetAside? Waiting => SetAside.Of(_folder, _destination);

    /// <summary>Writes consecutive events, which are on the disk, where nobody reads them yet.</summary>
    /// <param name="first">The first one's id.</param>
    /// <param name="count">How many.</param>
    /// <param name="why">What the destination said.</param>
    /// <exception cref="IOException">The disk refused, or has them no longer.</exception>
    public void Prepare(EventId first, int count, string why)
    {
        Settle(first); // What was refused before this one has been passed over.
        var workshop = Path.Combine(_folder, Workshop + first.Value.ToString(CultureInfo.InvariantCulture));
        RecordingFolder.Make(workshop);
        var index = WriteSegment(workshop, first, count);
        InfoWith(index, why).Write(workshop); // Last: it says that all is there.
        DiskSync.TryKeepNames(workshop);
    }

    /// <summary>Brings what was prepared to its place where the destination has passed over it, and takes it away where it has not.</summary>
    /// <param name="next">The destination's place: the first event that it has neither taken nor passed over.</param>
    /// <exception cref="IOException">The disk refused; to be done again.</exception>
    public void Settle(EventId next)
    {
        foreach (var workshop in Directory.EnumerateDirectories(_folder, Workshop + "*").ToList())
        {
            var isWhole = RecordingInfo.TryRead(workshop, out var info) is null;
            if (isWhole && long.Parse(Path.GetFileName(workshop).AsSpan(Workshop.Length), CultureInfo.InvariantCulture) < next.Value) InTurn(() => TakePlace(workshop, info));
            Directory.Delete(workshop, recursive: true);
        }
    }

    /// <summary>Takes away what was prepared: somebody else has shipped it.</summary>
    public void Undo() => Settle(default);

    void InTurn(Action work)
    {
        if (_spool is null) work();
        else _spool.InTurn(work);
    }

    // The events are read from the disk with all that they came with: who ships has forgotten what its destination knows.
    SegmentIndex WriteSegment(string workshop, EventId first, int count)
    {
        using var feed = new SpoolFeed(null, _folder, new(), () => true);
        var events = new ScopeEvent[count];
        if (feed.Read(first, events, out var from) != count || from != first) throw new IOException($"{_folder} has the events {first} to {first.Value + count - 1} no longer, so that they cannot be set aside");
        var number = Directory.Exists(_aside) && RecordingFolder.Segments(_aside) is [.., var last] ? int.Parse(Path.GetFileNameWithoutExtension(last), CultureInfo.InvariantCulture) + 1 : 1;
        using var file = new SegmentFileWriter(feed.Catalog, FrameCompression.Brotli, feed.Known);
        file.Open(RecordingFolder.SegmentPath(workshop, number), number);
        for (var i = 0; i < count; i += Limits.SegmentFrameEvents)
            file.Append(events.AsSpan(i, Math.Min(Limits.SegmentFrameEvents, count - i)), new(first.Value + i));
        var index = file.Index;
        file.Seal();
        return index;
    }

    // As it will be when the segment has its place.
    RecordingInfo InfoWith(SegmentIndex index, string why)
    {
        if (RecordingInfo.TryRead(_aside, out var info) is not null)
        {
            _ = RecordingInfo.TryRead(_folder, out var whole);
            info = whole with { CleanEnd = true, IsExcerpt = true, Ledger = LedgerSummary.Empty, Events = 0, Segments = 0, Cost = null, Notes = [] };
        }
        var events = info.Events + index.EventCount;
        var notes = info.Notes.Contains(why) ? info.Notes.Where(note => note != why) : info.Notes.TakeLast(Limits.RecordingNotes - 1);
        return info with { Ended = index.Latest, Ledger = new(events, 0, [new(_destination, events)], []), Events = events, Segments = index.Number, Notes = [.. notes, why] };
    }

    // What was moved before we died is not there to be moved again; what says that there is something to be done goes last.
    void TakePlace(string workshop, RecordingInfo info)
    {
        if (!Directory.Exists(_aside)) RecordingFolder.Make(_aside);
        var segment = RecordingFolder.SegmentPath(workshop, info.Segments);
        var index = SegmentIndexing.Beside(RecordingFolder.SegmentPath(_aside, info.Segments)) ?? SegmentIndexing.Beside(segment);
        foreach (var path in (string[])[SegmentIndexing.PathBeside(segment), segment])
            if (File.Exists(path)) File.Move(path, Path.Combine(_aside, Path.GetFileName(path)), overwrite: true);
        if (index is not null) SpoolBook.Read(_folder, out _).WithRefused(_destination, index).Write(_folder);
        File.Move(Path.Combine(workshop, RecordingFolder.InfoFile), Path.Combine(_aside, RecordingFolder.InfoFile), overwrite: true);
        DiskSync.TryKeepNames(_aside);
        DiskSync.TryKeepNames(Path.GetDirectoryName(_aside)!);
    }
}
