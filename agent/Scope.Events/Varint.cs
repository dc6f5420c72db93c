// Variable-length integers: seven bits a byte, low bits first, as nettrace, protobuf and our segments all write them.
namespace Scope.Events;

/// <summary>Varints, read with care for the end of the buffer.</summary>
public static class Varint
{
    /// <summary>Writes a number; gives the bytes used, at most 10.</summary>
    public static int Write(Span<byte> into, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            into[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        into[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number and moves past it; false when the bytes end before it or it is longer than 64 bits.</summary>
    public static bool TryRead(ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (int i = 0, shift = 0; i < from.Length && shift < 64; i++, shift += 7)
        {
            value |= (ulong)(from[i] & 0x7F) << shift;
            if (from[i] >= 0x80) continue;
            from = from[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>Signed to unsigned so that small negatives stay short.</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1 ^ value >> 63);

    /// <summary>Back from <see cref="ZigZag"/>.</summary>
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
