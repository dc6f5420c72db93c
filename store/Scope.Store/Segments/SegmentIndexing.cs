// Makes the sidecar index of a segment anew: of one that has none, because its writer was killed before it could end it, and of
// one that is archived, to know that its bytes are good and what they hold.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Reads a segment to say what it holds.</summary>
static class SegmentIndexing
{
    /// <summary>The sidecar beside a segment; null when there is none that can be read.</summary>
    public static SegmentIndex? Beside(string segment)
    {
        var file = new FileInfo(PathBeside(segment));
        if (!file.Exists || file.Length > Limits.SegmentFrameBytes) return null;
        return SegmentIndex.Read(File.ReadAllBytes(file.FullName), out var index) is null ? index : null;
    }

    /// <summary>The path of a segment's sidecar.</summary>
    public static string PathBeside(string segment) => Path.ChangeExtension(segment, ".idx");

    /// <summary>Whether an index is of these bytes, and all their frames are whole: without decoding them.</summary>
    public static bool IsOf(SegmentIndex index, ReadOnlySpan<byte> content)
    {
        if (SegmentHeader.Read(content, out var number, out var version) is not null || (number, version) != (index.Number, index.Version)) return false;
        var events = 0;
        for (var offset = SegmentHeader.SizeBytes; offset < content.Length;)
        {
            var frame = content[offset..];
            if (frame.Length < FrameHeader.SizeBytes || FrameHeader.Read(frame, out var header) is not null || header.StoredBytes > frame.Length - FrameHeader.SizeBytes) return false;
            if (FrameHeader.ChecksumOf(frame, frame.Slice(FrameHeader.SizeBytes, header.StoredBytes)) != header.Checksum) return false;
            if (header.Kind == FrameKind.Events && (events == index.Frames.Count || index.Frames[events++].Offset != offset)) return false;
            offset += FrameHeader.SizeBytes + header.StoredBytes;
        }
        return events == index.Frames.Count;
    }

    /// <summary>The index of a segment, from what can be read of it.</summary>
    /// <param name="content">The segment's bytes.</param>
    /// <param name="path">What it is called in what is said of it.</param>
    /// <param name="damage">Where it is damaged, or null.</param>
    public static SegmentIndex Of(byte[] content, string path, out SegmentDamage? damage)
    {
        var catalog = new Catalog();
        var reader = new SegmentFileReader(catalog);
        var frames = new List<FrameSummary>();
        damage = reader.Read(new MemoryStream(content), path, (first, events) =>
        {
            var summary = Summary(reader.FrameOffset, first, events);
            // A frame whose ids have gaps is shown in several runs.
            if (frames.Count > 0 && frames[^1].Offset == summary.Offset) frames[^1] = Joined(frames[^1], summary);
            else frames.Add(summary);
        });
        return SegmentIndex.Of(reader.Number, reader.Version, frames,
            Enumerable.Range(1, catalog.Flows.LastId).Select(i => catalog.Flows[new FlowId(i)]).Where(trace => trace != 0).Select(SegmentIndex.HashOf),
            Enumerable.Range(1, catalog.Methods.LastId).Select(i => SegmentIndex.HashOf(catalog.Methods[new MethodId(i)]!.FullName)));
    }

    static FrameSummary Summary(long offset, EventId first, ReadOnlySpan<ScopeEvent> events)
    {
        var (earliest, latest, kinds) = (EventTime.Max, EventTime.Min, 0UL);
        foreach (ref readonly var e in events)
        {
            if (e.Time < earliest) earliest = e.Time;
            if (e.Time > latest) latest = e.Time;
            kinds |= KindSet.Of(e.Kind).Bits;
        }
        return new(offset, first, new(first.Value + events.Length - 1), events.Length, earliest, latest, new(kinds));
    }

    static FrameSummary Joined(FrameSummary run, FrameSummary next) => run with
    {
        Last = next.Last,
        Count = run.Count + next.Count,
        Earliest = next.Earliest < run.Earliest ? next.Earliest : run.Earliest,
        Latest = next.Latest > run.Latest ? next.Latest : run.Latest,
        Kinds = new(run.Kinds.Bits | next.Kinds.Bits),
    };
}
