// A walk straight through consecutive events, block by block.
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>Walks all events at positions [low, high).</summary>
static class RangeWalk
{
    /// <summary>Shows the matching events, oldest first.</summary>
    public static void OldestFirst(BlockList list, long low, long high, EventFilter filter, int limit, EventVisitor visitor)
    {
        for (var position = low; position < high;)
        {
            var events = Run(list, position, high);
            for (var i = 0; i < events.Length; i++)
            {
                if (!filter.MatchesAtAnyTime(in events[i])) continue;
                if (!visitor(new(position + i), in events[i]) || --limit == 0) return;
            }
            position += events.Length;
        }
    }

    /// <summary>Shows the matching events, newest first.</summary>
    public static void NewestFirst(BlockList list, long low, long high, EventFilter filter, int limit, EventVisitor visitor)
    {
        while (high > low)
        {
            var start = Math.Max(low, list.First + (high - 1 - list.First) / list.BlockEvents * list.BlockEvents);
            var events = Run(list, start, high);
            for (var i = events.Length - 1; i >= 0; i--)
            {
                if (!filter.MatchesAtAnyTime(in events[i])) continue;
                if (!visitor(new(start + i), in events[i]) || --limit == 0) return;
            }
            high = start;
        }
    }

    /// <summary>The events from a position to the end of its block or of the range.</summary>
    static ReadOnlySpan<ScopeEvent> Run(BlockList list, long position, long high)
    {
        var place = list.PlaceOf(position);
        return list.BlockOf(position).Events.Slice(place, (int)Math.Min(list.BlockEvents - place, high - position));
    }
}
