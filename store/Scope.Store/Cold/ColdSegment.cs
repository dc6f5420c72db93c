// One archived segment in memory: fetched, compared with its hash, decoded.
using Scope.Events;

namespace Scope.Store.Cold;

/// <summary>The events of a segment, frame by frame.</summary>
/// <param name="Frames">Each frame's first id and its events, whose ids count up from there.</param>
sealed record ColdSegment(IReadOnlyList<(EventId First, ScopeEvent[] Events)> Frames)
{
    /// <summary>Shows the events that match; false when the visitor has seen enough.</summary>
    public bool Visit(EventQuery query, EventFilter filter, ref int left, EventVisitor visitor)
    {
        var isOldestFirst = query.Order == EventOrder.OldestFirst;
        for (var f = 0; f < Frames.Count; f++)
        {
            var (first, events) = Frames[isOldestFirst ? f : Frames.Count - 1 - f];
            for (var i = 0; i < events.Length; i++)
            {
                var at = isOldestFirst ? i : events.Length - 1 - i;
                var id = first.Value + at;
                if (id < query.FromId.Value || id >= query.ToId.Value || !filter.Matches(in events[at])) continue;
                if (!visitor(new(id), in events[at]) || --left == 0) return false;
            }
        }
        return true;
    }

    /// <summary>One event by its id.</summary>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        foreach (var (first, events) in Frames)
            if (id.Value >= first.Value && id.Value < first.Value + events.Length)
            {
                e = events[id.Value - first.Value];
                return true;
            }
        e = default;
        return false;
    }
}
