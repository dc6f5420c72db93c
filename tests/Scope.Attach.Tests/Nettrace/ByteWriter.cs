// Little-endian bytes, one after the other.
using System.Text;

namespace Scope.Attach.Tests.Nettrace;

sealed class ByteWriter
{
    readonly MemoryStream _bytes = new();

    public int Length => (int)_bytes.Length;

    public byte[] ToArray() => _bytes.ToArray();

    public ByteWriter U8(int value) => Raw((byte)value);

    public ByteWriter U16(int value) => Raw(BitConverter.GetBytes((ushort)value));

    public ByteWriter I32(int value) => Raw(BitConverter.GetBytes(value));

    public ByteWriter I64(long value) => Raw(BitConverter.GetBytes(value));

    public ByteWriter Guid(Guid value) => Raw(value.ToByteArray());

    public ByteWriter Number(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        return Raw(bytes[..Scope.Events.Varint.Write(bytes, value)]);
    }

    public ByteWriter Utf16Z(string text) => Raw(Encoding.Unicode.GetBytes(text + '\0'));

    public ByteWriter Utf8(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Number((ulong)bytes.Length).Raw(bytes);
    }

    public ByteWriter Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Zeros up to a multiple of four.</summary>
    public ByteWriter Pad4()
    {
        while (_bytes.Length % 4 != 0) _bytes.WriteByte(0);
        return this;
    }

    /// <summary>What a part writes, after its own length in 16 bits.</summary>
    public ByteWriter Sized16(Action<ByteWriter> part)
    {
        var inner = new ByteWriter();
        part(inner);
        return U16(inner.Length).Raw(inner.ToArray());
    }

    public ByteWriter SystemTime(DateTime time) =>
        U16(time.Year).U16(time.Month).U16((int)time.DayOfWeek).U16(time.Day).U16(time.Hour).U16(time.Minute).U16(time.Second).U16(time.Millisecond);
}
