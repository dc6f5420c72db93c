// The first bytes of a segment and of a sidecar index: what it is, in which version, and which segment of its recording.
using System.Buffers.Binary;

namespace Scope.Store.Segments;

/// <summary>The head of a segment file.</summary>
static class SegmentHeader
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 20;

    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const ushort Version = 1;

    const int NumberAt = 12, ChecksumAt = 16;

    static ReadOnlySpan<byte> Magic => "SCOPESEG"u8;

    /// <summary>Writes the head of a segment.</summary>
    public static void Write(ByteWriter output, int number)
    {
        var head = output.Take(SizeBytes);
        head.Clear();
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[NumberAt..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(head[ChecksumAt..], Crc32C.Of(head[..ChecksumAt]));
    }

    /// <summary>Reads the head; says what is wrong with it, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> head, out int number)
    {
        number = 0;
        if (head.Length < SizeBytes) return $"the file ends after {head.Length} bytes, within its head";
        if (!head[..8].SequenceEqual(Magic)) return "the file is no segment of a recording";
        if (BinaryPrimitives.ReadUInt16LittleEndian(head[8..]) is var version && version != Version)
            return $"the segment is of version {version}; this program reads version {Version}";
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]) != Crc32C.Of(head[..ChecksumAt])) return "the checksum of the file's head is wrong";
        number = BinaryPrimitives.ReadInt32LittleEndian(head[NumberAt..]);
        return null;
    }
}
