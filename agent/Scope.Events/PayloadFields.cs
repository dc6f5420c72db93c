// Writing and reading the fields of one payload, without allocation.
using System.Text;
using Scope.Events.Redaction;

namespace Scope.Events;

/// <summary>Writes a payload into a caller's buffer. A field that does not fit is cut at a character; <see cref="IsCut"/> tells.</summary>
/// <param name="buffer">Where to.</param>
/// <param name="redactor">What takes secrets out of texts that are a target's own; null for our own texts.</param>
public ref struct PayloadWriter(Span<byte> buffer, Redactor? redactor = null)
{
    const int FieldOverhead = 10;
    const int MostBytesOfChar = 3; // Of UTF-8, for one char of UTF-16.

    readonly Span<byte> _buffer = buffer.Length > Limits.PayloadBytes ? buffer[..Limits.PayloadBytes] : buffer;

    /// <summary>The payload so far.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];
    int _length;

    /// <summary>Whether something did not fit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds a field of text, without its secrets; a lone surrogate becomes U+FFFD.</summary>
    public void Add(NameId key, scoped ReadOnlySpan<char> text)
    {
        if (redactor is null || !redactor.TryRedact(text, out var redacted))
        {
            Encode(key, text);
            return;
        }
        Encode(key, redacted.Text);
        redacted.GiveBack();
    }

    void Encode(NameId key, scoped ReadOnlySpan<char> text)
    {
        var room = _buffer.Length - _length - FieldOverhead;
        if (room <= 0)
        {
            IsCut = true;
            return;
        }
        if (text.Length * MostBytesOfChar > room)
        {
            AddLong(key, text, room);
            return;
        }
        // Encoded where it will lie: the length before it takes two bytes, whatever it turns out to be.
        _length += Varint.Write(_buffer[_length..], (uint)key.Value);
        var bytes = Encoding.UTF8.GetBytes(text, _buffer[(_length + 2)..]);
        _buffer[_length] = (byte)(bytes | 0x80);
        _buffer[_length + 1] = (byte)(bytes >> 7);
        _length += 2 + bytes;
    }

    /// <summary>Adds a field of UTF-8 bytes.</summary>
    public void Add(NameId key, scoped ReadOnlySpan<byte> utf8)
    {
        var room = _buffer.Length - _length - FieldOverhead;
        if (room < utf8.Length) IsCut = true;
        if (room <= 0) return;
        if (utf8.Length > room) utf8 = utf8[..CharacterStart(utf8, room)];
        _length += Varint.Write(_buffer[_length..], (uint)key.Value);
        _length += Varint.Write(_buffer[_length..], (uint)utf8.Length);
        utf8.CopyTo(_buffer[_length..]);
        _length += utf8.Length;
    }

    void AddLong(NameId key, scoped ReadOnlySpan<char> text, int room)
    {
        // At least one byte a character, so no more than `room` characters can fit; the rest need not be encoded.
        IsCut |= text.Length > room;
        text = text[..Math.Min(text.Length, room)];
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Add(key, rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    static int CharacterStart(ReadOnlySpan<byte> utf8, int at)
    {
        while (at > 0 && (utf8[at] & 0xC0) == 0x80) at--;
        return at;
    }
}

/// <summary>Reads the fields of a payload in their order. Torn bytes end it early.</summary>
public ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    ReadOnlySpan<byte> _rest = payload;

    /// <summary>The field's key.</summary>
    public NameId Key { get; private set; }

    /// <summary>The field's text in UTF-8.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The field's text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Value);

    /// <summary>Goes to the next field; false after the last.</summary>
    public bool Next()
    {
        if (_rest.IsEmpty || !Varint.TryRead(ref _rest, out var key) || !Varint.TryRead(ref _rest, out var length) || length > (uint)_rest.Length) return false;
        Key = new((int)key);
        Value = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }
}
