// Parquet's two ways to pack numbers.
//
// DELTA_BINARY_PACKED: blocks of 128 differences. A block tells its smallest difference, and holds the others less that
// one, in four parts of 32 with as many bits each as the part's largest needs. Times and ids, which count up, take a few
// bits so.
//
// RLE / bit-packed hybrid: runs of one value, or groups of eight values with a fixed number of bits each: which rows have a
// value, and indexes into a dictionary.
using System.Numerics;

namespace Scope.Reports.Exports.Parquet;

static class PackedNumbers
{
    const int Block = 128, Parts = 4, Part = Block / Parts, Group = 8;

    /// <summary>Numbers as differences.</summary>
    public static void Deltas(Stream to, ReadOnlySpan<long> values)
    {
        Varint(to, Block);
        Varint(to, Parts);
        Varint(to, (ulong)values.Length);
        Varint(to, ZigZag(values.IsEmpty ? 0 : values[0]));
        Span<ulong> differences = stackalloc ulong[Block];
        Span<byte> widths = stackalloc byte[Parts];
        for (var from = 1; from < values.Length; from += Block)
        {
            var count = Math.Min(Block, values.Length - from);
            var least = long.MaxValue;
            // What goes beyond 64 bits wraps, and wraps back in the reader.
            for (var i = 0; i < count; i++) least = Math.Min(least, values[from + i] - values[from + i - 1]);
            differences.Clear();
            for (var i = 0; i < count; i++) differences[i] = (ulong)(values[from + i] - values[from + i - 1] - least);
            Varint(to, ZigZag(least));
            for (var p = 0; p < Parts; p++) widths[p] = (byte)Width(differences.Slice(p * Part, Part));
            to.Write(widths);
            for (var p = 0; p * Part < count; p++) Bits(to, differences.Slice(p * Part, Part), widths[p]);
        }
    }

    /// <summary>Numbers below 2^width, as runs and groups.</summary>
    public static void Runs(Stream to, ReadOnlySpan<int> values, int width)
    {
        Span<ulong> group = stackalloc ulong[Group];
        for (var at = 0; at < values.Length;)
        {
            var run = RunAt(values, at);
            if (run >= Group)
            {
                Varint(to, (ulong)run << 1);
                for (var bits = 0; bits < width; bits += 8) to.WriteByte((byte)(values[at] >> bits));
                at += run;
                continue;
            }
            var end = at + Group;
            while (end < values.Length && RunAt(values, end) < Group) end += Group;
            Varint(to, (ulong)((end - at) / Group) << 1 | 1);
            for (; at < end; at += Group)
            {
                for (var i = 0; i < Group; i++) group[i] = at + i < values.Length ? (ulong)values[at + i] : 0;
                Bits(to, group, width);
            }
        }
    }

    /// <summary>How many bits an index into so many needs; at least one, as some readers know no less.</summary>
    public static int WidthOf(int count) => Math.Max(1, 32 - BitOperations.LeadingZeroCount((uint)Math.Max(0, count - 1)));

    public static void Varint(Stream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7) to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }

    static ulong ZigZag(long value) => (ulong)(value << 1 ^ value >> 63);

    static int RunAt(ReadOnlySpan<int> values, int at)
    {
        var rest = values[at..];
        var length = rest.IndexOfAnyExcept(rest[0]);
        return length < 0 ? rest.Length : length;
    }

    static int Width(ReadOnlySpan<ulong> values)
    {
        var all = 0UL;
        foreach (var value in values) all |= value;
        return 64 - BitOperations.LeadingZeroCount(all);
    }

    /// <summary>Values with so many bits each, lowest first.</summary>
    static void Bits(Stream to, ReadOnlySpan<ulong> values, int width)
    {
        if (width == 0) return;
        Span<byte> packed = stackalloc byte[values.Length * width / 8];
        packed.Clear();
        var bit = 0;
        foreach (var value in values)
            for (var done = 0; done < width;)
            {
                var taken = Math.Min(8 - (bit & 7), width - done);
                packed[bit >> 3] |= (byte)((value >> done & (1UL << taken) - 1) << (bit & 7));
                bit += taken;
                done += taken;
            }
        to.Write(packed);
    }
}
