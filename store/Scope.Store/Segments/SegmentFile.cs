// A segment as a file, read from the beginning: frame by frame, up to the end or to the first thing that cannot be.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>What is wrong with a file, and where.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">Where the trouble begins; what is before it is good.</param>
/// <param name="What">What it is.</param>
/// <param name="BytesCut">How many bytes from there on could not be used.</param>
public sealed record SegmentDamage(string File, long Offset, string What, long BytesCut)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}, offset {Offset}: {What}; the last {BytesCut} bytes could not be read";
}

/// <summary>Is given events whose ids count up: those of a frame, or where its ids have gaps, those between two of them.</summary>
/// <param name="first">The id of the first; the others count up by one.</param>
/// <param name="events">Good during the call.</param>
delegate void FrameVisitor(EventId first, ReadOnlySpan<ScopeEvent> events);

/// <summary>Reads segment files. One reader serves all files of a recording, and its buffer is used again.</summary>
/// <param name="catalog">Where dictionary entries go.</param>
/// <param name="known">What was told of the recording before; nothing when null.</param>
sealed class SegmentFileReader(Catalog catalog, KnownIdentities? known = null)
{
    readonly KnownIdentities _known = known ?? new();
    readonly byte[] _header = new byte[FrameHeader.SizeBytes];
    byte[] _stored = [], _content = [];

    /// <summary>Whether the segment read last was ended in order.</summary>
    public bool WasSealed { get; private set; }

    /// <summary>The number that the segment read last says it has.</summary>
    public int Number { get; private set; }

    /// <summary>The version that the segment read last says it has.</summary>
    public ushort Version { get; private set; }

    /// <summary>Where the frame is that is being shown.</summary>
    public long FrameOffset { get; private set; }

    /// <summary>Reads a file and shows its events; tells where it is damaged, or null.</summary>
    public SegmentDamage? Read(string path, FrameVisitor visitor)
    {
        WasSealed = false;
        Number = 0;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16);
            return Read(file, path, visitor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(path, 0, e.Message, 0);
        }
    }

    /// <summary>The same, of a stream that can seek.</summary>
    public SegmentDamage? Read(Stream file, string path, FrameVisitor visitor)
    {
        var head = new byte[SegmentHeader.SizeBytes];
        var got = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (SegmentHeader.Read(head.AsSpan(0, got), out var number, out var version) is { } wrong) return new(path, 0, wrong, file.Length);
        (Number, Version) = (number, version);
        _known.BeginSegment();
        var decoder = new SegmentDecoder(catalog, _known, version);
        for (var offset = (long)SegmentHeader.SizeBytes; ;)
        {
            FrameOffset = offset;
            var mistake = ReadFrame(file, decoder, visitor, out var length);
            if (mistake is not null) return new(path, offset, mistake, file.Length - offset);
            if (length == 0) break;
            offset += length;
        }
        WasSealed = decoder.IsSealed;
        return null;
    }

    string? ReadFrame(Stream file, SegmentDecoder decoder, FrameVisitor visitor, out int length)
    {
        length = 0;
        var got = file.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
        if (got == 0) return null;
        if (got < _header.Length) return $"the file ends after {got} bytes of a frame's head";
        if (FrameHeader.Read(_header, out var header) is { } wrong) return wrong;
        if (header.StoredBytes > file.Length - file.Position) return $"the file ends within a frame of {header.StoredBytes} bytes";
        var stored = Sized(ref _stored, header.StoredBytes);
        if (file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length) return "the file became shorter while it was read";
        if (FrameHeader.ChecksumOf(_header, stored) != header.Checksum) return "the checksum of a frame is wrong";
        var content = Sized(ref _content, header.ContentBytes);
        if (!Frame.TryExpand(header, stored, content)) return "a frame can not be decompressed to the length that it tells";
        if (decoder.Read(header.Kind, content) is { } mistake) return mistake;
        if (header.Kind == FrameKind.Events) Show(decoder.Events, decoder.Ids, visitor);
        length = FrameHeader.SizeBytes + header.StoredBytes;
        return null;
    }

    static void Show(ReadOnlySpan<ScopeEvent> events, EventIds ids, FrameVisitor visitor)
    {
        for (int from = 0, to; from < events.Length; from = to)
        {
            to = ids.AreDense ? events.Length : from + 1;
            while (to < events.Length && ids[to].Value == ids[to - 1].Value + 1) to++;
            visitor(ids[from], events[from..to]);
        }
    }

    static Span<byte> Sized(ref byte[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, Limits.SegmentFrameBytes))];
        return buffer.AsSpan(0, length);
    }
}
