// Reads one tier for an answer: puts the question in the tier's handles, the events in the answer's, and counts what it took.
//
// An archive learns its handles only by fetching, so a question in handles cannot be put to it beforehand: it is asked what its
// indexes can tell (time, kinds, traces) and the rest is looked at here, in the answer's handles.
using System.Diagnostics;
using Scope.Events;
using Scope.Store.Cold;

namespace Scope.Store.Query.Merge;

/// <summary>Asks one tier.</summary>
/// <param name="part">The tier.</param>
/// <param name="map">Its handles; null when they are the answer's.</param>
/// <param name="idOffset">What the answer adds to its events' ids.</param>
/// <param name="answer">The answer's catalog.</param>
/// <param name="mapping">Held while handles are mapped.</param>
sealed class PartReader(HistoryPart part, CatalogMap? map, long idOffset, Catalog answer, Lock mapping)
{
    /// <summary>The tier.</summary>
    public HistoryPart Part => part;

    /// <summary>What is asked.</summary>
    public IHistory History => part.History;

    /// <summary>Learns what is new in the tier's dictionaries, so that a question about it can be put.</summary>
    public void CatchUp()
    {
        if (map is null) return;
        lock (mapping) map.CatchUp();
    }

    /// <summary>The events that match, in the answer's handles and with the recording's own ids.</summary>
    public List<StoredEvent> List(EventQuery query, AnswerCost cost)
    {
        var watch = Stopwatch.GetTimestamp();
        var events = new List<StoredEvent>();
        var theirs = Theirs(query);
        var filter = IsAskedBroadly ? new EventFilter(query with { Text = null }, answer) : null;
        if (query.Limit > 0)
            History.Visit(theirs, (EventId id, in ScopeEvent e) =>
            {
                var told = Translate(e);
                if (filter is null || filter.MatchesAtAnyTime(told)) events.Add(new(id, told));
                return events.Count < query.Limit;
            });
        cost.Add(part, events.Count, Stopwatch.GetElapsedTime(watch).Ticks * 100);
        return events;
    }

    /// <summary>A question in the tier's handles.</summary>
    public EventQuery Theirs(EventQuery query)
    {
        if (map is null) return query;
        lock (mapping) return IsAskedBroadly ? Broad(query) : QueryMap.Back(query, map.Maps);
    }

    /// <summary>One event, in the answer's handles.</summary>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        var found = History.TryGet(id, out e);
        if (found) e = Translate(e);
        return found;
    }

    bool IsAskedBroadly => map is not null && History is ColdHistory;

    ScopeEvent Translate(in ScopeEvent e)
    {
        if (map is not null) lock (mapping) return map.Translate(e, idOffset);
        if (e.Kind != EventKind.Link || idOffset == 0) return e;
        var told = e;
        told.Value += idOffset;
        return told;
    }

    EventQuery Broad(EventQuery query)
    {
        var traces = (query.Flow.IsNone ? query.Flows?.Handles : [query.Flow])?.Select(flow => answer.Flows[flow]).ToArray();
        return new()
        {
            From = query.From, To = query.To, FromId = query.FromId, ToId = query.ToId, Kinds = query.Kinds, Flags = query.Flags,
            MinValue = query.MinValue, MaxValue = query.MaxValue, Text = query.Text, Order = query.Order,
            Flows = traces is null || traces.Contains((UInt128)0) ? null : new(traces.Select(History.Catalog.Flows.Intern)),
        };
    }
}
