// Follows the hot index from event to event, for who must see them all: the segment writer. What was dropped before it
// was read goes into the ledger.
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>Reads all events in turn. For one thread.</summary>
/// <param name="index">The index to follow.</param>
/// <param name="ledger">Where missed events are told.</param>
/// <param name="name">Who misses them.</param>
/// <param name="from">The id of the first event wanted.</param>
public sealed class HotCursor(HotIndex index, Ledger ledger, string name, EventId from = default)
{
    EventTime _lastRead = EventTime.Min;

    /// <summary>The id of the next event to read; after a <see cref="Read"/> that gave n events, they are the n before it.</summary>
    public EventId Next { get; private set; } = from;

    /// <summary>How many events were dropped by the index before they were read here.</summary>
    public long Missed { get; private set; }

    /// <summary>Copies the next events, as many as there are and fit; gives how many.</summary>
    public int Read(Span<ScopeEvent> into)
    {
        var count = index.Read(Next, into, out var first);
        if (count == 0) return 0;
        if (first.Value > Next.Value) TellMissed(first.Value - Next.Value, into[0].Time);
        Next = new(first.Value + count);
        _lastRead = into[count - 1].Time;
        return count;
    }

    void TellMissed(long count, EventTime next)
    {
        Missed += count;
        ledger.Lost(LossSource.HotIndex, name, _lastRead == EventTime.Min ? next : _lastRead, next, count);
    }
}
