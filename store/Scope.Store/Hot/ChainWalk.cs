// A walk along a chain, or along several chains of one sort at once (a set of kinds, of methods), from the newest event back.
// Of several, the one whose next event is newest comes first: their next events are a heap, so that a thousand methods cost
// ten comparisons a step and not a thousand.
using System.Buffers;

namespace Scope.Store.Hot;

/// <summary>Walks the events of chains within positions [low, high).</summary>
readonly ref struct ChainWalk(BlockList list, Chain chain, long[] newest, long low, long high)
{
    /// <summary>Shows the matching events, newest first.</summary>
    public void NewestFirst(EventFilter filter, int limit, EventVisitor visitor)
    {
        var ends = Heap();
        while (Next(ends, out var position))
        {
            ref readonly var e = ref list.Event(position);
            if (!filter.MatchesAtAnyTime(in e)) continue;
            if (!visitor(new(position), in e) || --limit == 0) return;
        }
    }

    /// <summary>Shows the matching events, oldest first: the walk goes back first and notes what matches.</summary>
    public void OldestFirst(EventFilter filter, int limit, EventVisitor visitor)
    {
        var noted = ArrayPool<uint>.Shared.Rent(1024);
        var count = 0;
        var ends = Heap();
        while (Next(ends, out var position))
        {
            if (!filter.MatchesAtAnyTime(in list.Event(position))) continue;
            if (count == noted.Length) noted = Grow(noted);
            noted[count++] = (uint)(position - low);
        }
        for (var i = count - 1; i >= 0 && limit > 0; i--, limit--)
        {
            var position = low + noted[i];
            if (!visitor(new(position), in list.Event(position))) break;
        }
        ArrayPool<uint>.Shared.Return(noted);
    }

    /// <summary>Steps to the next older position of any of the chains; false past the oldest.</summary>
    bool Next(long[] ends, out long position)
    {
        do
        {
            position = ends[0];
            if (position < low) return false;
            ends[0] = list.Previous(position, chain);
            Sink(ends, 0);
        } while (position >= high);
        return true;
    }

    long[] Heap()
    {
        var ends = (long[])newest.Clone();
        for (var i = ends.Length / 2 - 1; i >= 0; i--) Sink(ends, i);
        return ends;
    }

    static void Sink(long[] ends, int at)
    {
        while (2 * at + 1 < ends.Length)
        {
            var child = 2 * at + 1;
            if (child + 1 < ends.Length && ends[child + 1] > ends[child]) child++;
            if (ends[at] >= ends[child]) return;
            (ends[at], ends[child]) = (ends[child], ends[at]);
            at = child;
        }
    }

    static uint[] Grow(uint[] noted)
    {
        var grown = ArrayPool<uint>.Shared.Rent(noted.Length * 2);
        noted.CopyTo(grown, 0);
        ArrayPool<uint>.Shared.Return(noted);
        return grown;
    }
}
