// Goes through a segment file frame by frame, up to the end or to the first thing that cannot be. A segment that is still
// being written ends, for the time being, with its last whole frame, and goes on when there are more.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>What came next in a segment.</summary>
enum SegmentStep
{
    /// <summary>A frame of events.</summary>
    Events,
    /// <summary>A frame of something else.</summary>
    Other,
    /// <summary>The end of the file.</summary>
    End,
    /// <summary>The end of the file, within a frame; it is whole later, or was torn.</summary>
    Torn,
    /// <summary>Something that cannot be; the mistake says what.</summary>
    Damage,
}

/// <summary>Reads one segment after another; its buffers are used again.</summary>
/// <param name="catalog">Where dictionary entries go.</param>
/// <param name="known">What was told of the recording before.</param>
sealed class SegmentCursor(Catalog catalog, KnownIdentities known) : IDisposable
{
    readonly byte[] _header = new byte[FrameHeader.SizeBytes];
    byte[] _stored = [], _content = [];
    Stream? _file;
    SegmentDecoder? _decoder;

    /// <summary>Where the next frame begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Where the frame read last begins.</summary>
    public long FrameOffset { get; private set; }

    /// <summary>The version that the segment says it has.</summary>
    public ushort Version { get; private set; }

    /// <summary>The number that the segment says it has.</summary>
    public int Number { get; private set; }

    /// <summary>What is wrong, when something is.</summary>
    public string? Mistake { get; private set; }

    /// <summary>How many bytes there are from the next frame on.</summary>
    public long BytesLeft => _file is null ? 0 : _file.Length - Offset;

    /// <summary>Whether the frame that ends a segment in order has been read.</summary>
    public bool IsSealed => _decoder is { IsSealed: true };

    /// <summary>The events of the frame read last; good until the next step.</summary>
    public ReadOnlySpan<ScopeEvent> Events => _decoder is null ? default : _decoder.Events;

    /// <summary>Their ids.</summary>
    public EventIds Ids => _decoder!.Ids;

    /// <summary>Opens a segment; false with the mistake when its head is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryOpen(string path) => TryOpen(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16));

    /// <summary>The same, of a stream that can seek, which is disposed of with it.</summary>
    public bool TryOpen(Stream file)
    {
        Dispose();
        (Offset, Number, Mistake, _file) = (0, 0, null, file);
        var head = new byte[SegmentHeader.SizeBytes];
        var got = _file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Mistake = SegmentHeader.Read(head.AsSpan(0, got), out var number, out var version);
        if (Mistake is not null) return false;
        (Number, Version, Offset) = (number, version, SegmentHeader.SizeBytes);
        known.Begin(number);
        _decoder = new(catalog, known, version);
        return true;
    }

    /// <summary>Reads the next frame. After an end or damage it stays before that frame.</summary>
    public SegmentStep Next()
    {
        if (_file!.Position != Offset) _file.Position = Offset;
        var got = _file.ReadAtLeast(_header, _header.Length, throwOnEndOfStream: false);
        if (got == 0) return SegmentStep.End;
        if (got < _header.Length) return Torn($"the file ends after {got} bytes of a frame's head");
        if (FrameHeader.Read(_header, out var header) is { } wrong) return Damaged(wrong);
        if (header.StoredBytes > _file.Length - _file.Position) return Torn($"the file ends within a frame of {header.StoredBytes} bytes");
        var stored = Sized(ref _stored, header.StoredBytes);
        if (_file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false) < stored.Length) return Torn("the file became shorter while it was read");
        if (FrameHeader.ChecksumOf(_header, stored) != header.Checksum) return Damaged("the checksum of a frame is wrong");
        var content = Sized(ref _content, header.ContentBytes);
        if (!Frame.TryExpand(header, stored, content)) return Damaged("a frame can not be decompressed to the length that it tells");
        if (_decoder!.Read(header.Kind, content) is { } mistake) return Damaged(mistake);
        FrameOffset = Offset;
        Offset += FrameHeader.SizeBytes + header.StoredBytes;
        return header.Kind == FrameKind.Events ? SegmentStep.Events : SegmentStep.Other;
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        (_file, _decoder) = (null, null);
    }

    SegmentStep Torn(string what)
    {
        Mistake = what;
        return SegmentStep.Torn;
    }

    SegmentStep Damaged(string what)
    {
        Mistake = what;
        return SegmentStep.Damage;
    }

    static Span<byte> Sized(ref byte[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, Limits.SegmentFrameBytes))];
        return buffer.AsSpan(0, length);
    }
}
