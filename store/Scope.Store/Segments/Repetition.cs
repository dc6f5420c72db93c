// What dictionary entries say again and again is told once: the type of a method is that of its neighbours, a signature that of
// thousands, and most fields of a payload say what another said a moment ago. Both sides keep the same tables, from the beginning
// of a segment on. Since version 4.
using System.Runtime.InteropServices;

namespace Scope.Store.Segments;

/// <summary>Writes texts of which many are the same: each once, and then its number.</summary>
sealed class RepeatedTexts
{
    readonly Dictionary<string, int> _numbers = [];

    /// <summary>Writes a text.</summary>
    public void Write(ByteWriter into, string text)
    {
        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var isKnown);
        if (!isKnown) number = _numbers.Count;
        into.Number(isKnown ? (ulong)number : 0);
        if (!isKnown) into.Text(text);
    }

    /// <summary>Forgets all: a new segment begins.</summary>
    public void Clear() => _numbers.Clear();

    /// <summary>Reads a text, and adds it to those that were told.</summary>
    public static string Read(ref ByteCursor from, List<string> told)
    {
        if (from.Number(told.Count, "the number of a text") is > 0 and var number) return told[number - 1];
        told.Add(from.Text());
        return told[^1];
    }
}

/// <summary>What fields of payloads said lately, each in a place that follows from what it says.</summary>
sealed class RecentValues
{
    const int Places = 128, LeastBytes = 3, MostBytes = 384;

    readonly int[] _lengths = new int[Places];
    readonly byte[] _bytes = new byte[Places * MostBytes];

    /// <summary>How many places there are.</summary>
    public const int Count = Places;

    /// <summary>What is in a place; nothing at first.</summary>
    public ReadOnlySpan<byte> this[int place] => _bytes.AsSpan(place * MostBytes, _lengths[place]);

    /// <summary>A field says something: whether that is in its place already; it is from now on, unless it is too short or too long to have one.</summary>
    public bool Has(ReadOnlySpan<byte> value, out int place)
    {
        place = 0;
        if (value.Length is < LeastBytes or > MostBytes) return false;
        place = (int)(Crc32C.Of(value) % Places);
        if (value.SequenceEqual(this[place])) return true;
        _lengths[place] = value.Length;
        value.CopyTo(_bytes.AsSpan(place * MostBytes));
        return false;
    }

    /// <summary>Forgets all: a new segment begins.</summary>
    public void Clear() => Array.Clear(_lengths);
}
