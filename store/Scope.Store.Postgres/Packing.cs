// Bytes made small before they go into a bytea: their length, a varint, and then Brotli. The server stores them as they are.
using System.Buffers;
using System.IO.Compression;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Compresses and expands.</summary>
static class Packing
{
    /// <summary>For what is written once a second and packed again within the hour.</summary>
    public const int Quick = 1;

    /// <summary>For what stays and is waited for: half the time of the step above, a fiftieth larger.</summary>
    public const int Brisk = 4;

    /// <summary>For what stays: what is packed again while nobody waits.</summary>
    public const int Thorough = 5;

    const int WindowBits = 22, LengthBytes = 5;

    /// <summary>Compresses.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> content, int quality)
    {
        var room = ArrayPool<byte>.Shared.Rent(LengthBytes + BrotliEncoder.GetMaxCompressedLength(content.Length));
        var head = Varint.Write(room, (uint)content.Length);
        if (!BrotliEncoder.TryCompress(content, room.AsSpan(head), out var written, quality, WindowBits)) throw new InvalidOperationException("the room for compressed bytes was too small");
        var packed = room[..(head + written)];
        ArrayPool<byte>.Shared.Return(room); // Else a shipper leaves a megabyte or more behind each half second.
        return packed;
    }

    /// <summary>Expands; throws when it is not what <see cref="Pack"/> made.</summary>
    /// <param name="packed">The bytes.</param>
    /// <param name="buffer">Where they are expanded to; made longer when it is too short.</param>
    public static ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> packed, ref byte[] buffer)
    {
        if (!Varint.TryRead(ref packed, out var length) || length > Limits.SegmentFrameBytes) throw new InvalidDataException("packed bytes that do not begin with their length");
        if (buffer.Length < (int)length) buffer = new byte[Math.Max((int)length, buffer.Length * 2)];
        if (!BrotliDecoder.TryDecompress(packed, buffer.AsSpan(0, (int)length), out var written) || written != (int)length) throw new InvalidDataException($"packed bytes that do not expand to the {length} that they say");
        return buffer.AsSpan(0, written);
    }
}
