// Reads the parts of a block that are not events: metadata, threads, labels. Rare, so it asks before every step; past the
// end it gives zeros and says that it failed, which callers ask once.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Scope.Attach.Nettrace;

ref struct PayloadCursor(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Something was asked for that is not there.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Left => _rest.Length;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } b ? BinaryPrimitives.ReadUInt16LittleEndian(b) : (ushort)0;

    public int Int32() => Take(4) is { Length: 4 } b ? BinaryPrimitives.ReadInt32LittleEndian(b) : 0;

    public long Int64() => Take(8) is { Length: 8 } b ? BinaryPrimitives.ReadInt64LittleEndian(b) : 0;

    public Guid Guid() => Take(16) is { Length: 16 } b ? new Guid(b) : default;

    public ulong Number()
    {
        if (Scope.Events.Varint.TryRead(ref _rest, out var value)) return value;
        Failed = true;
        _rest = default;
        return 0;
    }

    public uint Number32()
    {
        var value = Number();
        Failed |= value > uint.MaxValue;
        return (uint)value;
    }

    /// <summary>Text of two-byte characters up to a zero.</summary>
    public string Utf16()
    {
        var chars = MemoryMarshal.Cast<byte, char>(_rest);
        var length = chars.IndexOf('\0');
        if (length < 0)
        {
            Fail();
            return "";
        }
        var text = new string(chars[..length]);
        _rest = _rest[(length * 2 + 2)..];
        return text;
    }

    /// <summary>UTF-8 text after its length.</summary>
    public string Utf8()
    {
        var length = Number();
        return length <= (ulong)_rest.Length ? Encoding.UTF8.GetString(Take((int)length)) : Fail();
    }

    /// <summary>The next bytes, or none and failed.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            Fail();
            return default;
        }
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    string Fail()
    {
        Failed = true;
        _rest = default;
        return "";
    }
}
