// Damage to bytes, decided by chance: bits, bytes, numbers that hurt, pieces cut out, doubled, swapped, the end torn off.
using System.Buffers.Binary;

namespace Scope.Testing;

/// <summary>Damages bytes.</summary>
public static class Mutation
{
    const int MostAtOnce = 4, LongestPiece = 64;

    /// <summary>Damaged once or several times.</summary>
    public static byte[] Of(ReadOnlySpan<byte> whole, Random random)
    {
        var bytes = whole.ToArray();
        for (var i = random.Next(1, MostAtOnce); i > 0 && bytes.Length > sizeof(int); i--) bytes = Once(bytes, random);
        return bytes;
    }

    static byte[] Once(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length - sizeof(int) + 1);
        var end = Math.Min(bytes.Length, at + random.Next(1, LongestPiece));
        switch (random.Next(8))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); return bytes;
            case 1: bytes[at] = (byte)random.Next(256); return bytes;
            case 2: BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), Painful(random)); return bytes;
            case 3: return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(end)];
            case 4: return [.. bytes.AsSpan(0, end), .. bytes.AsSpan(at)];
            case 5: return [.. bytes.AsSpan(end), .. bytes.AsSpan(0, end)];
            case 6: bytes.AsSpan(at, end - at).Fill((byte)random.Next(256)); return bytes;
            default: return bytes[..at];
        }
    }

    static int Painful(Random random) => random.Next(6) switch
    {
        0 => int.MaxValue,
        1 => int.MinValue,
        2 => -1,
        3 => random.Next(),
        4 => 1 << random.Next(31),
        _ => random.Next(300),
    };
}
