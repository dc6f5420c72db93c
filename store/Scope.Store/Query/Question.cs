// A question that was read and bound to a history: a filter, and perhaps events to start from, whose causes or effects are
// wanted instead of all events.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>Which way is gone from an event.</summary>
public enum FollowDirection
{
    /// <summary>Nowhere: the event itself.</summary>
    Stay,
    /// <summary>To what led to it.</summary>
    Causes,
    /// <summary>To what came of it.</summary>
    Effects,
}

/// <summary>An event to start from.</summary>
public readonly record struct QuestionStart(FollowDirection Direction, EventId Event);

/// <summary>A question for one history.</summary>
/// <param name="Query">What must hold of each event of the answer.</param>
/// <param name="Starts">Where to start from; none when all events of the history are asked.</param>
/// <param name="Depth">How many steps are followed.</param>
public sealed record Question(EventQuery Query, IReadOnlyList<QuestionStart> Starts, int Depth)
{
    /// <summary>Whether the values of all that it can find are times, ns.</summary>
    public bool IsOfTimes => EventKinds.AreTimes(Query.Kinds);

    /// <summary>The groups of the events that match.</summary>
    public GroupTable Groups(IHistory history, Grouping grouping, int rows)
    {
        var query = Query with { Limit = int.MaxValue, Order = EventOrder.OldestFirst };
        return Starts.Count == 0 ? EventGroups.Of(history, query, grouping, rows) : EventGroups.Of(history, (this with { Query = query }).Answer(history).Select(step => step.Stored.Event), grouping, rows);
    }

    /// <summary>The events that match, as steps where links were followed.</summary>
    public List<CausalStep> Answer(IHistory history)
    {
        if (Starts.Count == 0) return [.. history.List(Query).Select(stored => new CausalStep(stored, 0, LinkKind.None, EventId.None))];
        var filter = new EventFilter(Query, history.Catalog);
        var found = new Dictionary<EventId, CausalStep>();
        foreach (var start in Starts)
            foreach (var step in Follow(history, start))
                if (filter.Matches(step.Stored.Event) && step.Stored.Id.Value >= Query.FromId.Value && step.Stored.Id.Value < Query.ToId.Value) found.TryAdd(step.Stored.Id, step);
        // By what happened first; nearest first would tear a story apart.
        var ordered = Query.Order == EventOrder.NewestFirst ? found.Values.OrderByDescending(s => s.Stored.Event.Time).ThenByDescending(s => s.Stored.Id) : found.Values.OrderBy(s => s.Stored.Event.Time).ThenBy(s => s.Stored.Id);
        return [.. ordered.Take(Query.Limit)];
    }

    IReadOnlyList<CausalStep> Follow(IHistory history, QuestionStart start)
    {
        var walk = new CausalWalk(history);
        return start.Direction switch
        {
            FollowDirection.Causes => walk.CausesOf(start.Event, Depth),
            FollowDirection.Effects => walk.EffectsOf(start.Event, Depth),
            _ => walk.CausesOf(start.Event, 0),
        };
    }
}
