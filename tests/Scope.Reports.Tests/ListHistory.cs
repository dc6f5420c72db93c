// The simplest history: a list. Reports are tested on it where a test writes single events by hand.
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Tests;

sealed class ListHistory(Catalog catalog) : IHistory, IEventSink
{
    readonly List<ScopeEvent> _events = [];

    public Catalog Catalog { get; } = catalog;

    public LedgerSummary Ledger { get; set; } = LedgerSummary.Empty;

    public long Count => _events.Count;

    public EventTime First => _events.Count == 0 ? EventTime.Max : _events[0].Time;

    public EventTime Last => _events.Count == 0 ? EventTime.Min : _events[^1].Time;

    public EventId Append(in ScopeEvent e)
    {
        _events.Add(e);
        return new(_events.Count - 1);
    }

    public void Advance(EventTime noneBefore) { }

    public void Visit(EventQuery query, EventVisitor visitor)
    {
        var left = query.Limit;
        for (var i = 0; i < _events.Count && left > 0; i++)
        {
            var place = query.Order == EventOrder.OldestFirst ? i : _events.Count - 1 - i;
            var e = _events[place];
            if (e.Time < query.From || e.Time >= query.To || !query.Kinds.Passes(e.Kind)) continue;
            if (!query.Flow.IsNone && e.Flow != query.Flow || !query.Thread.IsNone && e.Thread != query.Thread || !query.Span.IsNone && e.Span != query.Span) continue;
            left--;
            if (!visitor(new(place), in e)) return;
        }
    }

    public bool TryGet(EventId id, out ScopeEvent e)
    {
        var known = id.Value >= 0 && id.Value < _events.Count;
        e = known ? _events[(int)id.Value] : default;
        return known;
    }
}
