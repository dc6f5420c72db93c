// The sidecar index of a segment: which times, kinds, flows and methods it holds and where its frames are, so that who
// looks for one flow in a thousand segments opens a few. It can always be made again from the segment.
using System.Buffers.Binary;
using System.Text;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>One frame of events.</summary>
/// <param name="Offset">Where its header is in the file.</param>
/// <param name="First">The id of its first event.</param>
/// <param name="Last">The id of its last event.</param>
/// <param name="Count">How many events.</param>
/// <param name="Earliest">The earliest time in it.</param>
/// <param name="Latest">The latest time in it.</param>
/// <param name="Kinds">The kinds in it.</param>
readonly record struct FrameSummary(long Offset, EventId First, EventId Last, int Count, EventTime Earliest, EventTime Latest, KindSet Kinds);

/// <summary>What a segment holds.</summary>
/// <param name="Number">The segment's number in its recording.</param>
/// <param name="Version">The segment's version.</param>
/// <param name="Frames">Its frames of events, in order.</param>
/// <param name="Flows">Hashes of the trace ids of its flows, ascending.</param>
/// <param name="Methods">Hashes of the full names of its methods, ascending.</param>
sealed record SegmentIndex(int Number, ushort Version, IReadOnlyList<FrameSummary> Frames, uint[] Flows, uint[] Methods)
{
    /// <summary>An index of what has been collected.</summary>
    public static SegmentIndex Of(int number, ushort version, IReadOnlyList<FrameSummary> frames, IEnumerable<uint> flows, IEnumerable<uint> methods) =>
        new(number, version, frames, [.. flows.Order().Distinct()], [.. methods.Order().Distinct()]);

    /// <summary>How many events.</summary>
    public long EventCount => Frames.Sum(f => (long)f.Count);

    /// <summary>The earliest time; <see cref="EventTime.Max"/> when empty.</summary>
    public EventTime Earliest => Frames.Count == 0 ? EventTime.Max : Frames.Min(f => f.Earliest);

    /// <summary>The latest time; <see cref="EventTime.Min"/> when empty.</summary>
    public EventTime Latest => Frames.Count == 0 ? EventTime.Min : Frames.Max(f => f.Latest);

    /// <summary>Whether the segment may hold the event of an id; never false when it does.</summary>
    public bool MayHold(EventId id) => Frames.Any(f => id.Value >= f.First.Value && id.Value <= f.Last.Value);

    /// <summary>Whether the segment may hold events of a flow; never false when it does.</summary>
    public bool MayHoldFlow(UInt128 traceId) => Array.BinarySearch(Flows, HashOf(traceId)) >= 0;

    /// <summary>Whether the segment may hold events about a method; never false when it does.</summary>
    public bool MayHoldMethod(string fullName) => Array.BinarySearch(Methods, HashOf(fullName)) >= 0;

    /// <summary>The hash of a trace id: CRC-32C of its 16 bytes, low first.</summary>
    public static uint HashOf(UInt128 traceId)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, traceId);
        return Crc32C.Of(bytes);
    }

    /// <summary>The hash of a method's full name: CRC-32C of its UTF-8.</summary>
    public static uint HashOf(string fullName)
    {
        Span<byte> room = stackalloc byte[MostBytesOnStack];
        return Encoding.UTF8.TryGetBytes(fullName, room, out var written) ? Crc32C.Of(room[..written]) : Crc32C.Of(Encoding.UTF8.GetBytes(fullName));
    }

    const int MostBytesOnStack = 512; // A segment has thousands of methods, and few have a longer name.

    /// <summary>Writes the content of a sidecar file.</summary>
    public void Write(ByteWriter output)
    {
        SegmentHeader.Write(output, Number, Version);
        var content = new ByteWriter();
        content.Number((ulong)Frames.Count);
        foreach (var frame in Frames)
        {
            content.Number((ulong)frame.Offset);
            content.Number((ulong)frame.First.Value);
            content.Number((ulong)frame.Count);
            content.Signed(frame.Earliest.UnixNanos);
            content.Signed(frame.Latest.UnixNanos);
            content.Fixed64(frame.Kinds.Bits);
            if (Version > SegmentHeader.Dense) content.Number((ulong)(frame.Last.Value - frame.First.Value - (frame.Count - 1)));
        }
        foreach (var hashes in (ReadOnlySpan<uint[]>)[Flows, Methods])
        {
            content.Number((ulong)hashes.Length);
            foreach (var hash in hashes) content.Fixed32(hash);
        }
        Frame.Append(output, FrameKind.Index, content.Written, FrameCompression.Brotli);
    }

    /// <summary>Reads a sidecar file; says what is wrong with it, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> file, out SegmentIndex index)
    {
        index = new(0, SegmentHeader.Dense, [], [], []);
        if (SegmentHeader.Read(file, out var number, out var version) is { } mistake) return mistake;
        file = file[SegmentHeader.SizeBytes..];
        if (file.Length < FrameHeader.SizeBytes) return "the file ends before its frame";
        if (FrameHeader.Read(file, out var header) is { } wrong) return wrong;
        if (header.Kind != FrameKind.Index || file.Length - FrameHeader.SizeBytes != header.StoredBytes) return "the file does not hold one whole index";
        if (FrameHeader.ChecksumOf(file, file[FrameHeader.SizeBytes..]) != header.Checksum) return "the checksum of the index is wrong";
        var content = new byte[header.ContentBytes];
        if (!Frame.TryExpand(header, file[FrameHeader.SizeBytes..], content)) return "the index can not be decompressed";
        var cursor = new ByteCursor(content);
        index = Read(ref cursor, number, version);
        return cursor.Mistake;
    }

    static SegmentIndex Read(ref ByteCursor content, int number, ushort version)
    {
        const int SmallestFrame = 13;
        var frames = new FrameSummary[content.Number(content.Left / SmallestFrame, "the number of frames")];
        for (var i = 0; i < frames.Length && content.Mistake is null; i++) frames[i] = ReadFrame(ref content, version);
        return new(number, version, frames, Hashes(ref content), Hashes(ref content));
    }

    static FrameSummary ReadFrame(ref ByteCursor content, ushort version)
    {
        var offset = (long)content.Number();
        var first = (long)content.Number();
        var count = content.Number(Limits.SegmentFrameEvents, "the number of events");
        EventTime earliest = new(content.Signed()), latest = new(content.Signed());
        var kinds = new KindSet(content.Fixed64());
        var gaps = version > SegmentHeader.Dense ? (long)content.Number() : 0;
        return new(offset, new(first), new(first + count - 1 + gaps), count, earliest, latest, kinds);
    }

    static uint[] Hashes(ref ByteCursor content)
    {
        var hashes = new uint[content.Number(content.Left / sizeof(uint), "the number of hashes")];
        for (var i = 0; i < hashes.Length; i++) hashes[i] = content.Fixed32();
        return hashes;
    }
}
