// The first bytes of a segment and of a sidecar index: what it is, in which version, and which segment of its recording.
using System.Buffers.Binary;

namespace Scope.Store.Segments;

/// <summary>The head of a segment file.</summary>
static class SegmentHeader
{
    /// <summary>Its size.</summary>
    public const int SizeBytes = 20;

    /// <summary>The version of a segment whose events' ids count up by one within a frame, as those of a recorder do.</summary>
    public const ushort Dense = 1;

    /// <summary>The version of a segment whose ids have gaps, as they have where the spool left events out.</summary>
    public const ushort Gapped = 2;

    /// <summary>The version since which random ids lie apart, and what is told of them, and of stacks, is told by differences; ids may have gaps.</summary>
    public const ushort Split = 3;

    /// <summary>The version that is written: durations, details and activities are predicted, and what dictionaries repeat is told once.</summary>
    public const ushort Newest = 4;

    const int NumberAt = 12, ChecksumAt = 16;

    static ReadOnlySpan<byte> Magic => "SCOPESEG"u8;

    /// <summary>Writes the head of a segment.</summary>
    public static void Write(ByteWriter output, int number, ushort version = Newest)
    {
        var head = output.Take(SizeBytes);
        head.Clear();
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head[8..], version);
        BinaryPrimitives.WriteInt32LittleEndian(head[NumberAt..], number);
        BinaryPrimitives.WriteUInt32LittleEndian(head[ChecksumAt..], Crc32C.Of(head[..ChecksumAt]));
    }

    /// <summary>Reads the head; says what is wrong with it, or null.</summary>
    public static string? Read(ReadOnlySpan<byte> head, out int number, out ushort version)
    {
        (number, version) = (0, 0);
        if (head.Length < SizeBytes) return $"the file ends after {head.Length} bytes, within its head";
        if (!head[..8].SequenceEqual(Magic)) return "the file is no segment of a recording";
        version = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        if (version is < Dense or > Newest) return $"the segment is of version {version}; this program reads versions {Dense} to {Newest}";
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[ChecksumAt..]) != Crc32C.Of(head[..ChecksumAt])) return "the checksum of the file's head is wrong";
        number = BinaryPrimitives.ReadInt32LittleEndian(head[NumberAt..]);
        return null;
    }
}
