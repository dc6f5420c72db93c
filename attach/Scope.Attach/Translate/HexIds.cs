// W3C trace and span ids out of their hexadecimal text.
using System.Buffers;
using System.Buffers.Binary;

namespace Scope.Attach.Translate;

/// <summary>Reads ids of 32 and 16 hexadecimal digits; anything else reads as 0, which is "none" for both.</summary>
static class HexIds
{
    public static UInt128 Trace(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text.Length == 32 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : default;
    }

    public static ulong Span(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[8];
        return text.Length == 16 && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
    }

    /// <summary>Trace and span out of "00-trace-span-flags"; zeros when the text is no such id.</summary>
    public static (UInt128 Trace, ulong Span) Both(ReadOnlySpan<char> id) =>
        id.Length == 55 && id[2] == '-' && id[35] == '-' && id[52] == '-' ? (Trace(id[3..35]), Span(id[36..52])) : default;
}
