// The arguments of one bridged activity, found in its payload without making strings: an array of pairs of texts, one of
// which holds the tags as "[key, value],[key, value]". Every field we know keeps its place in the payload; the rest are tags.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Scope.Attach.Nettrace;
using Scope.Events.Redaction;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Finds the fields of one span in its payload.</summary>
ref struct SpanArguments
{
    [InlineArray((int)SpanField.Count)]
    struct Places { (int Offset, int Chars) _first; }

    readonly ReadOnlySpan<byte> _payload;
    readonly FieldKeys _keys;
    Places _places;

    public SpanArguments(ReadOnlySpan<byte> payload, FieldKeys keys)
    {
        _payload = payload;
        _keys = keys;
    }

    /// <summary>The text of a field; empty when it was not told.</summary>
    public readonly ReadOnlySpan<char> this[SpanField field]
    {
        get
        {
            var (offset, chars) = _places[(int)field];
            return chars == 0 ? default : MemoryMarshal.Cast<byte, char>(_payload.Slice(offset, chars * sizeof(char)));
        }
    }

    /// <summary>A number in a field; false when it was not told.</summary>
    public readonly bool TryNumber(SpanField field, out long number) => long.TryParse(this[field], out number);

    /// <summary>Reads all arguments; tags and unknown fields go to the writer.</summary>
    public void Read(ref PayloadCursor cursor, ref PayloadWriter writer)
    {
        var count = cursor.UInt16();
        for (var i = 0; i < count && i < Limits.SpanFields && !cursor.IsTorn; i++)
        {
            var key = cursor.Text();
            Take(key, cursor.Text(), ref writer, isTag: false);
        }
        ReadTags(this[SpanField.Tags], ref writer);
    }

    void ReadTags(ReadOnlySpan<char> tags, ref PayloadWriter writer)
    {
        for (var i = 0; i < Limits.SpanFields && tags.Length > 2 && tags[0] == '['; i++)
        {
            var comma = tags.IndexOf(", ");
            if (comma < 0) return;
            var key = tags[1..comma];
            var rest = tags[(comma + 2)..];
            var end = rest.IndexOf("],[");
            var value = end < 0 ? rest[..^1] : rest[..end];
            Take(key, value, ref writer, isTag: true);
            if (end < 0) return;
            tags = rest[(end + 2)..];
        }
    }

    /// <summary>Takes one field whose value stands in the payload; a tag or an unknown one goes to the writer too.</summary>
    public void Take(ReadOnlySpan<char> key, ReadOnlySpan<char> value, ref PayloadWriter writer, bool isTag)
    {
        if (value.IsEmpty || key.IsEmpty) return;
        var known = _keys.Of(key);
        if (known.Field != SpanField.Other && _places[(int)known.Field].Chars == 0) _places[(int)known.Field] = PlaceOf(value);
        if (isTag && known.Field != SpanField.Sql || known.Field == SpanField.Other) writer.Add(known.Name, known.IsSecret ? Redactor.Replacement : value);
    }

    /// <summary>Says where in the payload a field's value stands.</summary>
    public void Put(SpanField field, ReadOnlySpan<char> value)
    {
        if (!value.IsEmpty) _places[(int)field] = PlaceOf(value);
    }

    readonly (int, int) PlaceOf(ReadOnlySpan<char> value)
    {
        ref var start = ref MemoryMarshal.GetReference(_payload);
        ref var at = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(value));
        return ((int)Unsafe.ByteOffset(ref start, ref at), value.Length);
    }
}
