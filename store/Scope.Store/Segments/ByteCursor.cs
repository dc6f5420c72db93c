// Reading bytes that may say anything. The first mistake is kept and every read after it gives zero, so that a decoder
// asks once at the end of a section instead of at every number.
using System.Buffers.Binary;
using System.Text;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Reads what <see cref="ByteWriter"/> wrote.</summary>
ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    readonly int _total = bytes.Length;
    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>What was wrong, or null.</summary>
    public string? Mistake { get; private set; }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _rest.Length;

    /// <summary>A varint.</summary>
    public ulong Number()
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            var small = _rest[0];
            _rest = _rest[1..];
            return small;
        }
        return Varint.TryRead(ref _rest, out var value) ? value : Fail("a number is cut off or longer than 64 bits");
    }

    /// <summary>A varint that must not be above a bound.</summary>
    public int Number(int max, string what)
    {
        var value = Number();
        return value <= (ulong)max ? (int)value : (int)Fail($"{what} is {value}, at most {max} can be");
    }

    /// <summary>A signed varint.</summary>
    public long Signed() => Varint.UnZigZag(Number());

    /// <summary>One byte.</summary>
    public byte Byte() => Bytes(1) is { Length: 1 } one ? one[0] : (byte)0;

    /// <summary>Four bytes.</summary>
    public uint Fixed32() => Bytes(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;

    /// <summary>Eight bytes.</summary>
    public ulong Fixed64() => Bytes(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;

    /// <summary>Some bytes; empty when there are not as many.</summary>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _rest.Length)
        {
            Fail($"{length} bytes are wanted where {_rest.Length} are left");
            return default;
        }
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    /// <summary>A text.</summary>
    public string Text()
    {
        var head = Number(Limits.SegmentTextChars * 6 + 1, "the length of a text");
        var bytes = Bytes(head >> 1);
        if ((head & 1) == 0) return Encoding.UTF8.GetString(bytes);
        return string.Create(bytes.Length / 2, bytes, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = (char)BinaryPrimitives.ReadUInt16LittleEndian(source[(i * 2)..]);
        });
    }

    /// <summary>Notes a mistake, unless one is noted already; gives 0.</summary>
    public ulong Fail(string what)
    {
        Mistake ??= $"{what} (at byte {_total - _rest.Length} of the frame's content)";
        _rest = default;
        return 0;
    }
}
