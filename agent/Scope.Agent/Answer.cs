// The events that a query chose, as a history of their own: so that every export works on an answer too.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store;

namespace Scope.Agent;

sealed class Answer(IHistory of, IReadOnlyList<StoredEvent> events) : IHistory
{
    public Catalog Catalog => of.Catalog;

    public LedgerSummary Ledger => of.Ledger;

    public long Count => events.Count;

    public EventTime First => events.Count == 0 ? EventTime.Max : events.Min(e => e.Event.Time);

    public EventTime Last => events.Count == 0 ? EventTime.Min : events.Max(e => e.Event.Time);

    public IReadOnlyList<Snapshot> Snapshots => of.Snapshots;

    /// <summary>Shows them as they were chosen and ordered; a further query narrows by kind only.</summary>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        foreach (var (id, e) in events)
            if (query.Kinds.Passes(e.Kind) && !visitor(id, e)) return;
    }

    public bool TryGet(EventId id, out ScopeEvent e) => of.TryGet(id, out e);
}
