// What has no fixed size behind a record: fields one after the other, each with a head of 8 bytes (sort 1, unused 1, length 2,
// name 4) and its bytes, padded to 8. A sort of 0 ends them. The writer cuts what is too long and leaves out what does not fit,
// and says so; the reader gives what lies within its bytes and stops at the first field that does not.
using System.Buffers.Binary;
using System.Text.Unicode;

namespace Scope.Hooks.Wire;

/// <summary>What a field tells.</summary>
public enum HookField : byte
{
    /// <summary>The end of the fields.</summary>
    None = 0,
    /// <summary>A tag: its key is the name.</summary>
    Tag = 1,
    /// <summary>The key of the tag behind it, where the table of names is full.</summary>
    TagKey = 2,
    /// <summary>The operation's name, where the table of names is full.</summary>
    Name = 3,
    /// <summary>The name of the activity's source, likewise.</summary>
    Source = 4,
    /// <summary>What the activity is called for people, where that is not its name.</summary>
    DisplayName = 5,
    /// <summary>What its status says.</summary>
    StatusDescription = 6,
    /// <summary>The method of a request.</summary>
    Method = 7,
    /// <summary>The path of a request.</summary>
    Path = 8,
    /// <summary>The route that a request took, as it was declared.</summary>
    Route = 9,
    /// <summary>The status of a request, in place of a name.</summary>
    StatusCode = 10,
    /// <summary>The runtime's activity on the thread, 16 bytes.</summary>
    Activity = 11,
    /// <summary>A link: trace (16 bytes) and span (8 bytes), big-endian.</summary>
    Link = 12,
    /// <summary>An event of the activity: its name, and when it was, in units of 100 ns since the activity began (8 bytes).</summary>
    Event = 13,
}

/// <summary>Writes the fields of one record.</summary>
/// <param name="into">Where, at most <see cref="HookLimits.MaxTextBytes"/>.</param>
public ref struct HookTextWriter(Span<byte> into)
{
    internal const int HeadBytes = 8;

    readonly Span<byte> _into = into;
    int _length;

    /// <summary>Whether something was cut or left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What was written.</summary>
    public readonly ReadOnlySpan<byte> Written => _into[.._length];

    /// <summary>Adds a text; an empty one is nothing.</summary>
    public void Add(HookField sort, uint name, scoped ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !HasRoom(1))
            return;
        var value = _into[(_length + HeadBytes)..];
        Utf8.FromUtf16(text, value[..Math.Min(value.Length, HookLimits.MaxValueBytes)], out int read, out int length, replaceInvalidSequences: true);
        IsCut |= read < text.Length;
        End(sort, name, length);
    }

    /// <summary>Adds a text that mostly is in the table of names: the name's id, or the text where that is 0.</summary>
    public void AddName(HookField sort, uint name, scoped ReadOnlySpan<char> text)
    {
        if (name == 0)
            Add(sort, 0, text);
        else
            AddBytes(sort, name, default);
    }

    /// <summary>Adds bytes, or a field that is all in its name.</summary>
    public void AddBytes(HookField sort, uint name, scoped ReadOnlySpan<byte> bytes)
    {
        if (!HasRoom(bytes.Length))
            return;
        bytes.CopyTo(_into[(_length + HeadBytes)..]);
        End(sort, name, bytes.Length);
    }

    bool HasRoom(int bytes)
    {
        bool fits = _length + HeadBytes + bytes <= _into.Length;
        IsCut |= !fits;
        return fits;
    }

    void End(HookField sort, uint name, int length)
    {
        var head = _into[_length..];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)sort | (uint)length << 16);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], name);
        _length = Math.Min(_length + HeadBytes + (length + 7 & ~7), _into.Length);
    }
}

/// <summary>Reads the fields of one record out of a copy of its bytes.</summary>
/// <param name="text">The bytes.</param>
public ref struct HookTextReader(ReadOnlySpan<byte> text)
{
    ReadOnlySpan<byte> _rest = text;

    /// <summary>What the field tells.</summary>
    public HookField Sort { get; private set; }

    /// <summary>Its name in the table of names, or a number.</summary>
    public uint Name { get; private set; }

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next field; false after the last.</summary>
    public bool Next()
    {
        if (_rest.Length < HookTextWriter.HeadBytes)
            return false;
        uint head = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        int length = (int)(head >> 16);
        Sort = (HookField)(byte)head;
        Name = BinaryPrimitives.ReadUInt32LittleEndian(_rest[4..]);
        if (Sort == HookField.None || length > _rest.Length - HookTextWriter.HeadBytes)
            return false;
        Value = _rest.Slice(HookTextWriter.HeadBytes, length);
        _rest = _rest[Math.Min(HookTextWriter.HeadBytes + (length + 7 & ~7), _rest.Length)..];
        return true;
    }
}
