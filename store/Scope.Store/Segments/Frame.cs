// Frames: the unit that a segment is written in, checked in and cut at. A frame is 16 bytes of header and its content,
// compressed; its checksum covers both, so that a torn or changed frame is never taken for a whole one.
using System.Buffers.Binary;
using System.IO.Compression;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>What a frame holds.</summary>
enum FrameKind : byte
{
    /// <summary>Dictionary entries that the frames after it use.</summary>
    Dictionaries = 1,
    /// <summary>Events.</summary>
    Events = 2,
    /// <summary>The end of a segment that was closed in order: the count of its frames and events.</summary>
    Seal = 3,
    /// <summary>The one frame of a sidecar index.</summary>
    Index = 4,
    /// <summary>Random ids of the entries in the frame of dictionaries that follows, never compressed. From version 3 on.</summary>
    RandomIds = 5,
}

/// <summary>How a frame's content is compressed.</summary>
enum FrameCompression : byte
{
    /// <summary>Not at all: it would not get smaller.</summary>
    None = 0,
    /// <summary>RFC 1951.</summary>
    Deflate = 1,
    /// <summary>RFC 7932.</summary>
    Brotli = 2,
}

/// <summary>The first 16 bytes of a frame.</summary>
readonly record struct FrameHeader(int StoredBytes, int ContentBytes, FrameKind Kind, FrameCompression Compression, uint Checksum)
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 16;

    const int ChecksumAt = 12;

    /// <summary>Reads a header and says what cannot be; null when it may be one.</summary>
    public static string? Read(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = new(BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            (FrameKind)bytes[8], (FrameCompression)bytes[9], BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumAt..]));
        if (header.StoredBytes < 0 || header.StoredBytes > Limits.SegmentFrameBytes + SizeBytes) return $"a frame of {(uint)header.StoredBytes} bytes, at most {Limits.SegmentFrameBytes} can be";
        if (header.ContentBytes < 0 || header.ContentBytes > Limits.SegmentFrameBytes) return $"a frame with {(uint)header.ContentBytes} bytes of content, at most {Limits.SegmentFrameBytes} can be";
        if (header.Kind is < FrameKind.Dictionaries or > FrameKind.RandomIds) return $"a frame of the unknown kind {bytes[8]}";
        if (header.Compression > FrameCompression.Brotli) return $"a frame in the unknown compression {bytes[9]}";
        return null;
    }

    /// <summary>The checksum that a frame with these bytes should have.</summary>
    public static uint ChecksumOf(ReadOnlySpan<byte> header, ReadOnlySpan<byte> stored) => Crc32C.Of(header[..ChecksumAt], stored);

    /// <summary>Writes the header, checksum included.</summary>
    public static void Write(Span<byte> into, ReadOnlySpan<byte> stored, int contentBytes, FrameKind kind, FrameCompression compression)
    {
        into[..SizeBytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(into, stored.Length);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], contentBytes);
        into[8] = (byte)kind;
        into[9] = (byte)compression;
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumAt..], ChecksumOf(into, stored));
    }
}

/// <summary>Makes frames of content, and content of frames.</summary>
static class Frame
{
    const int BrotliQuality = 1; // Half the time of 2 for a tenth more bytes; 0 is hardly faster.
    const int BrotliWindowBits = 20;
    const int TooSmallToCompress = 64;

    /// <summary>Appends a frame with this content.</summary>
    public static void Append(ByteWriter output, FrameKind kind, ReadOnlySpan<byte> content, FrameCompression compression)
    {
        var start = output.Length;
        output.Take(FrameHeader.SizeBytes);
        if (content.Length < TooSmallToCompress || compression == FrameCompression.None || !TryCompress(output, content, compression))
        {
            compression = FrameCompression.None;
            output.Bytes(content);
        }
        var frame = output.From(start);
        FrameHeader.Write(frame, frame[FrameHeader.SizeBytes..], content.Length, kind, compression);
    }

    /// <summary>The content of a frame whose checksum was right, into a buffer of exactly its length; false when it is not what the header promised.</summary>
    public static bool TryExpand(in FrameHeader header, ReadOnlySpan<byte> stored, Span<byte> content)
    {
        switch (header.Compression)
        {
            case FrameCompression.None:
                if (stored.Length != content.Length) return false;
                stored.CopyTo(content);
                return true;
            case FrameCompression.Brotli:
                return BrotliDecoder.TryDecompress(stored, content, out var written) && written == content.Length;
            default:
                return TryInflate(stored, content);
        }
    }

    /// <summary>What the beginning of a broken frame says of its events, as far as it can be: the first one's id, which is after the one before, and how many.</summary>
    public static (EventId First, int Count) Told(in FrameHeader header, ReadOnlySpan<byte> stored, EventId after)
    {
        const int TwoNumbers = 20;
        if (header.Kind != FrameKind.Events) return (EventId.None, 0);
        Span<byte> start = stackalloc byte[TwoNumbers];
        if (header.Compression == FrameCompression.Brotli)
        {
            using var decoder = new BrotliDecoder();
            decoder.Decompress(stored, start, out _, out var written);
            start = start[..written];
        }
        else
        {
            start = start[..Math.Min(stored.Length, TwoNumbers)];
            stored[..start.Length].CopyTo(start);
        }
        var content = new ByteCursor(header.Compression == FrameCompression.Deflate ? default : start);
        var (first, count) = (content.Number(), content.Number(Limits.SegmentFrameEvents, "the number of events"));
        return content.Mistake is null && first <= long.MaxValue && (long)first > after.Value ? (new((long)first), count) : (EventId.None, 0);
    }

    static bool TryCompress(ByteWriter output, ReadOnlySpan<byte> content, FrameCompression compression)
    {
        var start = output.Length;
        var room = output.Take(content.Length - 1);
        int written;
        if (compression == FrameCompression.Brotli)
        {
            if (!BrotliEncoder.TryCompress(content, room, out written, BrotliQuality, BrotliWindowBits)) return output.CutTo(start);
        }
        else
        {
            using var target = new MemoryStream();
            using (var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(content);
            if (target.Length >= content.Length) return output.CutTo(start);
            written = (int)target.Length;
            target.GetBuffer().AsSpan(0, written).CopyTo(room);
        }
        output.CutTo(start + written);
        return true;
    }

    static bool TryInflate(ReadOnlySpan<byte> stored, Span<byte> content)
    {
        using var source = new DeflateStream(new MemoryStream(stored.ToArray()), CompressionMode.Decompress);
        try
        {
            return source.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length && source.ReadByte() < 0;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
