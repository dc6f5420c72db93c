// A byte buffer that grows and is used again: what a frame is put together in before it is compressed.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Bytes, varints and texts, one after the other.</summary>
sealed class ByteWriter(int capacity = 4096)
{
    byte[] _bytes = new byte[capacity];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Starts again, keeping the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        if (Length == _bytes.Length) Grow(1);
        _bytes[Length++] = value;
    }

    /// <summary>A varint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Number(ulong value)
    {
        if (value < 0x80 && Length < _bytes.Length) _bytes[Length++] = (byte)value;
        else LongNumber(value);
    }

    /// <summary>A varint of a signed number, small ones short.</summary>
    public void Signed(long value) => Number(Varint.ZigZag(value));

    /// <summary>Four bytes, low first.</summary>
    public void Fixed32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    /// <summary>Eight bytes, low first.</summary>
    public void Fixed64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    /// <summary>Bytes as they are.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>
    /// A text: twice its length in bytes as a varint, then UTF-8; or, where it holds a lone surrogate and UTF-8 cannot say
    /// it, that number plus one, then UTF-16. So no two texts become one on their way through a file.
    /// </summary>
    public void Text(string text)
    {
        var characters = text.AsSpan(0, Math.Min(text.Length, Limits.SegmentTextChars));
        if (HasLoneSurrogate(characters))
        {
            Number((ulong)characters.Length * 2 << 1 | 1);
            var wide = Take(characters.Length * 2);
            for (var i = 0; i < characters.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(wide[(i * 2)..], characters[i]);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(characters);
        Number((ulong)length << 1);
        Encoding.UTF8.GetBytes(characters, Take(length));
    }

    /// <summary>Room for some bytes that the caller fills.</summary>
    public Span<byte> Take(int length)
    {
        if (Length + length > _bytes.Length) Grow(length);
        var room = _bytes.AsSpan(Length, length);
        Length += length;
        return room;
    }

    /// <summary>What has been written from a place on, to be written again.</summary>
    public Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    /// <summary>Takes back what was written after a place; false, for a caller that gives up on it.</summary>
    public bool CutTo(int length)
    {
        Length = length;
        return false;
    }

    void LongNumber(ulong value)
    {
        if (Length + 10 > _bytes.Length) Grow(10);
        Length += Varint.Write(_bytes.AsSpan(Length), value);
    }

    void Grow(int atLeast) => Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + atLeast));

    static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return true;
            i++;
        }
        return false;
    }
}
