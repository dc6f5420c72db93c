// The parts of one text that must not be kept, and the text without them. Bounded: a text with more secrets than there is
// room for is hidden from the last one on, rather than shown.
namespace Scope.Events.Redaction;

/// <summary>Collects what is to be hidden of a text.</summary>
/// <param name="room">Room for the ranges.</param>
ref struct HiddenRanges(Span<(int From, int To)> room)
{
    readonly Span<(int From, int To)> _ranges = room;
    int _count;

    /// <summary>Whether there is nothing to hide.</summary>
    public readonly bool IsEmpty => _count == 0;

    /// <summary>The most characters that the text without them can have.</summary>
    public readonly int LengthOf(ReadOnlySpan<char> text) => text.Length + _count * Redactor.Replacement.Length;

    /// <summary>Hides what stands from one place up to another; an empty range hides nothing.</summary>
    public void Add(int from, int to)
    {
        if (to <= from) return;
        if (_count < _ranges.Length) _ranges[_count++] = (from, to);
        else _ranges[^1] = (Math.Min(from, _ranges[^1].From), int.MaxValue);
    }

    /// <summary>Writes the text with the replacement in place of what is hidden, and gives its length.</summary>
    public readonly int Write(ReadOnlySpan<char> text, Span<char> into)
    {
        var ranges = _ranges[.._count];
        ranges.Sort();
        var (at, length) = (0, 0);
        foreach (var (from, to) in ranges)
        {
            if (to <= at) continue; // Within the one before.
            if (from >= at)
            {
                text[at..from].CopyTo(into[length..]);
                length += from - at;
                Redactor.Replacement.CopyTo(into[length..]);
                length += Redactor.Replacement.Length;
            }
            at = Math.Min(to, text.Length);
        }
        text[at..].CopyTo(into[length..]);
        return length + text.Length - at;
    }
}
