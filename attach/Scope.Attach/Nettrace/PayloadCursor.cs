// Reads bytes that another process wrote, in their order: the payloads of events, which name no fields, so that a handler
// must know the layout, and the parts of a block that are not events. What is not there reads as zero and turns the cursor
// torn instead of throwing, so that callers ask once at the end; a torn event is counted and left out.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Scope.Events;

namespace Scope.Attach.Nettrace;

/// <summary>A cursor over bytes, little-endian and packed as all nettrace payloads are.</summary>
ref struct PayloadCursor(ReadOnlySpan<byte> bytes, int pointerSize = sizeof(ulong))
{
    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether something was asked for that is not there.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(1) is [var only] ? only : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;

    public int Int32() => (int)UInt32();

    public ulong UInt64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : 0;

    public long Int64() => (long)UInt64();

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public ulong Pointer() => pointerSize == 8 ? UInt64() : UInt32();

    public Guid Guid() => Take(16) is { Length: 16 } bytes ? new Guid(bytes) : default;

    /// <summary>A varint.</summary>
    public ulong Number()
    {
        if (Varint.TryRead(ref _rest, out var value)) return value;
        Tear();
        return 0;
    }

    /// <summary>A varint of at most 32 bits.</summary>
    public uint Number32()
    {
        var value = Number();
        IsTorn |= value > uint.MaxValue;
        return (uint)value;
    }

    /// <summary>Text of two-byte characters up to a zero; good as long as the payload is.</summary>
    public ReadOnlySpan<char> Text()
    {
        var chars = MemoryMarshal.Cast<byte, char>(_rest);
        var length = chars.IndexOf('\0');
        if (length < 0)
        {
            Tear();
            return default;
        }
        _rest = _rest[((length + 1) * sizeof(char))..];
        return chars[..length];
    }

    /// <summary>UTF-8 text after its length.</summary>
    public string Utf8()
    {
        var length = Number();
        if (length <= (ulong)_rest.Length) return Encoding.UTF8.GetString(Take((int)length));
        Tear();
        return "";
    }

    /// <summary>Goes past fields that nobody asks for.</summary>
    public void Skip(int bytes) => Take(bytes);

    /// <summary>The next bytes; none when there are not as many.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Tear();
            return default;
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    void Tear()
    {
        IsTorn = true;
        _rest = default;
    }
}
