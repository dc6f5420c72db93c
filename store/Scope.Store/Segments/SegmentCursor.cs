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
    EventId _last = EventId.None;

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

    /// <summary>What is wrong after a step that found something, in the words for a file.</summary>
    public SegmentDamage DamageOf(string path) => new(path, Offset, Mistake!, _file is null ? 0 : _file.Length - Offset) { FirstCut = _cut.First, EventsCut = _cut.Count };
    (EventId First, int Count) _cut = (EventId.None, 0);

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
        (Offset, Number, Mistake, _file, _cut, _last) = (0, 0, null, file, (EventId.None, 0), EventId.None);
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
        var stored = Sized(ref _stored, (int)Math.Min(header.StoredBytes, Math.Max(0, _file.Length - _file.Position)));
        got = _file.ReadAtLeast(stored, stored.Length, throwOnEndOfStream: false);
        if (got < header.StoredBytes) return Torn($"the file ends within a frame of {header.StoredBytes} bytes", header, stored[..got]);
        if (FrameHeader.ChecksumOf(_header, stored) != header.Checksum) return Damaged("the checksum of a frame is wrong", header, stored);
        var content = Sized(ref _content, header.ContentBytes);
        if (!Frame.TryExpand(header, stored, content)) return Damaged("a frame can not be decompressed to the length that it tells");
        if (_decoder!.Read(header.Kind, content) is { } mistake) return Damaged(mistake);
        FrameOffset = Offset;
        Offset += FrameHeader.SizeBytes + header.StoredBytes;
        if (header.Kind != FrameKind.Events) return SegmentStep.Other;
        if (_decoder.Events.Length > 0) _last = _decoder.Ids[_decoder.Events.Length - 1];
        return SegmentStep.Events;
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        (_file, _decoder) = (null, null);
    }

    SegmentStep Torn(string what, FrameHeader header = default, ReadOnlySpan<byte> stored = default)
    {
        _cut = Frame.Told(header, stored, after: _last);
        Mistake = what;
        return SegmentStep.Torn;
    }

    SegmentStep Damaged(string what, FrameHeader header = default, ReadOnlySpan<byte> stored = default)
    {
        _cut = Frame.Told(header, stored, after: _last);
        Mistake = what;
        return SegmentStep.Damage;
    }

    static Span<byte> Sized(ref byte[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new byte[Math.Max(length, Math.Min(buffer.Length * 2, Limits.SegmentFrameBytes))];
        return buffer.AsSpan(0, length);
    }
}
