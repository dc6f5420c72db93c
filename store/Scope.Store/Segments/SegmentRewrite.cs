// Writes a segment anew without some of its events: what a full spool keeps of it, or what was good of a torn one. Event ids,
// and those by which segments of a recording know the same process, span and flow, stay as they are. The new segment is made
// beside the old one and takes its place whole, so that at any moment one of them is there.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Whether an event stays.</summary>
delegate bool EventStays(EventId id, in ScopeEvent e);

/// <summary>What came of writing a segment anew.</summary>
/// <param name="Index">What it holds now; null when nothing stayed, and it is gone.</param>
/// <param name="Bytes">How many bytes it has now.</param>
/// <param name="Damage">What of the old one could not be read; null when all was.</param>
sealed record RewrittenSegment(SegmentIndex? Index, long Bytes, SegmentDamage? Damage);

/// <summary>Writes one segment anew.</summary>
sealed class SegmentRewrite
{
    const string Workshop = ".rewrite";

    readonly EventStays _stays;
    readonly SegmentFileWriter _file;
    readonly ScopeEvent[] _events = new ScopeEvent[Limits.SegmentFrameEvents];
    readonly EventId[] _ids = new EventId[Limits.SegmentFrameEvents];
    int _filled;

    SegmentRewrite(Catalog catalog, KnownIdentities known, EventStays stays)
    {
        _stays = stays;
        _file = new(catalog, FrameCompression.Brotli, known);
    }

    /// <summary>Writes a segment anew with the events that stay.</summary>
    /// <param name="path">The segment.</param>
    /// <param name="stays">Is asked for each event, in their order.</param>
    /// <exception cref="IOException">The disk refused; the segment is as it was.</exception>
    public static RewrittenSegment Run(string path, EventStays stays)
    {
        var workshop = Path.Combine(Path.GetDirectoryName(path)!, Workshop);
        if (Directory.Exists(workshop)) Directory.Delete(workshop, recursive: true); // Whoever was killed in there left nothing of use.
        Recordings.RecordingFolder.Make(workshop);
        try
        {
            return Run(path, Path.Combine(workshop, Path.GetFileName(path)), stays);
        }
        finally
        {
            Directory.Delete(workshop, recursive: true);
        }
    }

    static RewrittenSegment Run(string path, string made, EventStays stays)
    {
        var (catalog, known) = (new Catalog(), new KnownIdentities());
        var rewrite = new SegmentRewrite(catalog, known, stays);
        var reader = new SegmentFileReader(catalog, known);
        SegmentDamage? damage;
        SegmentIndex index;
        using (rewrite._file)
        {
            rewrite._file.Open(made, NumberOf(path));
            damage = reader.Read(path, rewrite.Take);
            if (damage is { BytesCut: 0 } && new FileInfo(path).Length > 0) throw new IOException(damage.What); // It cannot be read now, which does not say that there is nothing.
            rewrite.Flush();
            index = rewrite._file.Index;
            rewrite._file.Seal();
        }
        File.Delete(Path.ChangeExtension(path, ".idx")); // First: an index of other contents than its segment's would mislead.
        if (index.Frames.Count == 0)
        {
            File.Delete(path);
            return new(null, 0, damage);
        }
        File.Move(made, path, overwrite: true);
        File.Move(Path.ChangeExtension(made, ".idx"), Path.ChangeExtension(path, ".idx"));
        DiskSync.TryKeepNames(Path.GetDirectoryName(path)!);
        return new(index, new FileInfo(path).Length, damage);
    }

    // The file's name says the number also where its head cannot be read any more.
    static int NumberOf(string path) => int.TryParse(Path.GetFileNameWithoutExtension(path), out var number) ? number : 0;

    void Take(EventId first, ReadOnlySpan<ScopeEvent> events)
    {
        for (var i = 0; i < events.Length; i++)
        {
            var id = new EventId(first.Value + i);
            if (!_stays(id, events[i])) continue;
            if (_filled == _events.Length) Flush();
            (_events[_filled], _ids[_filled]) = (events[i], id);
            _filled++;
        }
    }

    void Flush()
    {
        if (_filled > 0) _file.Append(_events.AsSpan(0, _filled), new EventIds(_ids.AsSpan(0, _filled)));
        _filled = 0;
    }
}
