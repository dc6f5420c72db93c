// The names in a region: an append-only table of UTF-8 texts, each told once, so that a record needs only a number.
// Entry: id (4 bytes), length (4), the text, padded to 8. The writer publishes the tail after the entry.
using System.Buffers.Binary;
using System.Text;

namespace Scope.Hooks.Wire;

/// <summary>The writing side of the names; the caller sees to it that one thread writes at a time.</summary>
public unsafe struct NameWriter(byte* region, RegionLayout layout)
{
    internal const int EntryBytes = 8;

    uint _last;

    /// <summary>Writes a text and returns its id; 0 when the table is full.</summary>
    public uint Add(string text)
    {
        var header = (RegionHeader*)region;
        long tail = header->TextTail;
        Span<byte> utf8 = stackalloc byte[HookLimits.MaxNameBytes];
        System.Text.Unicode.Utf8.FromUtf16(text, utf8, out _, out int length, replaceInvalidSequences: true);
        int padded = EntryBytes + (length + 7 & ~7);
        if (tail + padded > layout.TextBytes)
            return 0;
        byte* entry = region + RegionLayout.TextOffset + tail;
        *(uint*)entry = ++_last;
        *(int*)(entry + 4) = length;
        utf8[..length].CopyTo(new Span<byte>(entry + EntryBytes, length));
        Volatile.Write(ref header->TextTail, tail + padded);
        return _last;
    }
}

/// <summary>The reading side: copies what it reads, and stops for good at the first entry that makes no sense.</summary>
public sealed unsafe class NameReader(byte* region, RegionLayout layout)
{
    readonly List<string> _texts = [""];
    long _position;
    bool _broken;

    /// <summary>The text of an id; a mark where it is unknown.</summary>
    public string this[uint id]
    {
        get
        {
            if (id >= _texts.Count)
                ReadMore();
            return id < _texts.Count ? _texts[(int)id] : $"?{id}";
        }
    }

    /// <summary>Texts read so far.</summary>
    public int Count => _texts.Count - 1;

    void ReadMore()
    {
        long tail = Math.Min(Volatile.Read(ref ((RegionHeader*)region)->TextTail), layout.TextBytes);
        Span<byte> copy = stackalloc byte[HookLimits.MaxNameBytes];
        while (!_broken && _position + NameWriter.EntryBytes <= tail)
        {
            byte* entry = region + RegionLayout.TextOffset + _position;
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(entry, 4));
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(entry + 4, 4));
            if (id != _texts.Count || length > HookLimits.MaxNameBytes || _position + NameWriter.EntryBytes + length > tail)
            {
                _broken = true;
                return;
            }
            new ReadOnlySpan<byte>(entry + NameWriter.EntryBytes, (int)length).CopyTo(copy);
            _texts.Add(Encoding.UTF8.GetString(copy[..(int)length]));
            _position += NameWriter.EntryBytes + ((int)length + 7 & ~7);
        }
    }
}
