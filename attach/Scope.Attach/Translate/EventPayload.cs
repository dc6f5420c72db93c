// Reads the fields of an event's payload in their order. Runtime events name no fields, so a handler must know the layout;
// a payload that ends early turns the cursor torn instead of throwing, and a torn event is counted and left out.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Scope.Attach.Translate;

/// <summary>A cursor over one payload, little-endian and packed as all nettrace payloads are.</summary>
ref struct EventPayload(ReadOnlySpan<byte> payload, int pointerSize)
{
    ReadOnlySpan<byte> _rest = payload;

    /// <summary>Whether a field was asked for that is not there.</summary>
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

    public Guid Guid() => Take(16) is { Length: 16 } bytes ? MemoryMarshal.Read<Guid>(bytes) : default;

    /// <summary>A text of UTF-16 that ends with a zero; good as long as the payload is.</summary>
    public ReadOnlySpan<char> Text()
    {
        var chars = MemoryMarshal.Cast<byte, char>(_rest);
        var length = chars.IndexOf('\0');
        if (length < 0)
        {
            IsTorn = true;
            _rest = default;
            return default;
        }
        _rest = _rest[((length + 1) * sizeof(char))..];
        return chars[..length];
    }

    /// <summary>Goes past fields that nobody asks for.</summary>
    public void Skip(int bytes) => Take(bytes);

    ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            IsTorn = true;
            _rest = default;
            return default;
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
