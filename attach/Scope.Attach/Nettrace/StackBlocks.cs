// Stacks, told once each and numbered on from the block's first: a length and that many bytes of return addresses.
using System.Buffers.Binary;

namespace Scope.Attach.Nettrace;

readonly struct StackBlocks(INettraceSink sink)
{
    /// <summary>Reads a block; false when a stack reaches past its end.</summary>
    public bool Read(ReadOnlySpan<byte> block)
    {
        if (block.Length < 8) return false;
        var id = BinaryPrimitives.ReadInt32LittleEndian(block);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(block[4..]);
        block = block[8..];
        if (count > block.Length / 4) return false;
        for (; count > 0; count--)
        {
            if (block.Length < 4) return false;
            var bytes = BinaryPrimitives.ReadInt32LittleEndian(block);
            if ((uint)bytes > block.Length - 4) return false;
            sink.Stack(id++, block.Slice(4, bytes));
            block = block[(4 + bytes)..];
        }
        return true;
    }
}
