// Writes and reads the payloads of messages. The reader trusts nothing: what it reads comes from another process.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Scope.Attach.Port;

/// <summary>Builds a payload.</summary>
sealed class IpcWriter
{
    readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public IpcWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public IpcWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public IpcWriter Bytes(ReadOnlySpan<byte> value)
    {
        _buffer.Write(value);
        return this;
    }

    public IpcWriter Bool(bool value)
    {
        _buffer.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        _buffer.Advance(1);
        return this;
    }

    /// <summary>A length in characters with the closing zero, the characters in UTF-16, the zero; length 0 for none.</summary>
    public IpcWriter String(string value)
    {
        if (value.Length == 0) return UInt32(0);
        UInt32((uint)value.Length + 1);
        _buffer.Write(MemoryMarshal.AsBytes(value.AsSpan()));
        _buffer.Write("\0\0"u8);
        return this;
    }
}

/// <summary>Reads a payload; each read says whether it was there.</summary>
ref struct IpcReader(ReadOnlySpan<byte> payload)
{
    ReadOnlySpan<byte> _rest = payload;

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(_rest, out value)) return false;
        _rest = _rest[4..];
        return true;
    }

    public bool TryUInt64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(_rest, out value)) return false;
        _rest = _rest[8..];
        return true;
    }

    public bool TryGuid(out Guid value)
    {
        value = default;
        if (_rest.Length < 16) return false;
        value = new Guid(_rest[..16]);
        _rest = _rest[16..];
        return true;
    }

    public bool TryString(out string value)
    {
        value = "";
        if (!TryUInt32(out var chars) || chars > (uint)_rest.Length / 2) return false;
        value = Encoding.Unicode.GetString(_rest[..(int)(chars * 2)]).TrimEnd('\0');
        _rest = _rest[(int)(chars * 2)..];
        return true;
    }
}
