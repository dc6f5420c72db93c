// Protocol buffers, as much as OTLP needs: a message is written into one buffer, and the length of an inner message is put
// before it when it is ended.
using System.Buffers.Binary;
using System.Text;

namespace Scope.Reports.Exports;

/// <summary>Writes one message at a time into memory that is used again.</summary>
sealed class ProtoWriter
{
    const int Varints = 0, Fixed64s = 1, Lengths = 2, Fixed32s = 5;
    const int LongestLength = 5;

    byte[] _bytes = new byte[1 << 16];
    int _length;

    /// <summary>The message so far.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>How long the message is so far.</summary>
    public int Length => _length;

    /// <summary>Starts a new message.</summary>
    public void Clear() => _length = 0;

    /// <summary>An unsigned number or an enum; zero, the default, is left out.</summary>
    public void Number(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, Varints);
        Varint(value);
    }

    /// <summary>A number that is there also when it is zero, as a member of a oneof must be.</summary>
    public void PresentNumber(int field, long value)
    {
        Tag(field, Varints);
        Varint((ulong)value);
    }

    /// <summary>Eight bytes.</summary>
    public void Fixed64(int field, ulong value)
    {
        if (value == 0) return;
        Tag(field, Fixed64s);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
    }

    /// <summary>Four bytes.</summary>
    public void Fixed32(int field, uint value)
    {
        if (value == 0) return;
        Tag(field, Fixed32s);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    /// <summary>A text; a lone surrogate becomes U+FFFD.</summary>
    public void Text(int field, string text)
    {
        if (text.Length > 0) PresentText(field, text);
    }

    /// <summary>A text that is there also when it is empty, as a member of a oneof must be.</summary>
    public void PresentText(int field, string text)
    {
        Tag(field, Lengths);
        var length = Encoding.UTF8.GetByteCount(text);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>Bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        Tag(field, Lengths);
        Varint((ulong)bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>Fields that were written elsewhere.</summary>
    public void Raw(ReadOnlySpan<byte> fields) => fields.CopyTo(Take(fields.Length));

    /// <summary>Begins an inner message; gives what <see cref="End"/> wants.</summary>
    public int Begin(int field)
    {
        Tag(field, Lengths);
        Take(LongestLength);
        return _length;
    }

    /// <summary>Ends an inner message: puts its length before it.</summary>
    public void End(int start)
    {
        Span<byte> length = stackalloc byte[10];
        var size = Scope.Events.Varint.Write(length, (ulong)(_length - start));
        var head = start - LongestLength;
        length[..size].CopyTo(_bytes.AsSpan(head));
        _bytes.AsSpan(start, _length - start).CopyTo(_bytes.AsSpan(head + size));
        _length -= LongestLength - size;
    }

    void Tag(int field, int wire) => Varint((ulong)(field << 3 | wire));

    void Varint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var size = Scope.Events.Varint.Write(bytes, value);
        bytes[..size].CopyTo(Take(size));
    }

    Span<byte> Take(int length)
    {
        if (_length + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        _length += length;
        return _bytes.AsSpan(_length - length, length);
    }
}
