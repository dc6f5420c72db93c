// What every tier is compared with: a list that is searched from end to end, with a filter written a second time, so
// that a mistake in the tiers' common filter is found too.
using Scope.Events;

namespace Scope.Store.Contract;

/// <summary>A history that is right because there is nothing to it.</summary>
public sealed class NaiveHistory(Catalog catalog, IReadOnlyList<ScopeEvent> events, long firstId = 0) : IHistory
{
    public Catalog Catalog => catalog;

    public LedgerSummary Ledger => LedgerSummary.Empty;

    public long Count => events.Count;

    public EventTime First => events.Count == 0 ? EventTime.Max : events[0].Time;

    public EventTime Last => events.Count == 0 ? EventTime.Min : events[^1].Time;

    public void Visit(EventQuery query, EventVisitor visitor)
    {
        var found = events.Select((e, i) => new StoredEvent(new(firstId + i), e)).Where(s => s.Id.Value >= query.FromId.Value && s.Id.Value < query.ToId.Value && IsWanted(query, s.Event));
        if (query.Order == EventOrder.NewestFirst) found = found.Reverse();
        foreach (var stored in found.Take(query.Limit))
        {
            var e = stored.Event;
            if (!visitor(stored.Id, in e)) return;
        }
    }

    public bool TryGet(EventId id, out ScopeEvent e)
    {
        var holds = id.Value >= firstId && id.Value < firstId + events.Count;
        e = holds ? events[(int)(id.Value - firstId)] : default;
        return holds;
    }

    bool IsWanted(EventQuery q, ScopeEvent e)
    {
        if (e.Time.UnixNanos < q.From.UnixNanos || e.Time.UnixNanos >= q.To.UnixNanos) return false;
        if (q.Target != default && e.Target != q.Target) return false;
        if (q.Thread != default && e.Thread != q.Thread) return false;
        if (q.Span != default && e.Span != q.Span) return false;
        if (q.Flow != default && e.Flow != q.Flow) return false;
        if (q.Method != default && e.Method != q.Method) return false;
        if (q.CodeNode != default && e.CodeNode != q.CodeNode) return false;
        if (q.Name != default && e.Name != q.Name) return false;
        if (q.Targets is not null && !q.Targets.Handles.Contains(e.Target)) return false;
        if (q.Threads is not null && !q.Threads.Handles.Contains(e.Thread)) return false;
        if (q.Spans is not null && !q.Spans.Handles.Contains(e.Span)) return false;
        if (q.Flows is not null && !q.Flows.Handles.Contains(e.Flow)) return false;
        if (q.Methods is not null && !q.Methods.Handles.Contains(e.Method)) return false;
        if (q.Names is not null && !q.Names.Handles.Contains(e.Name)) return false;
        if (q.Kinds != KindSet.All && !q.Kinds.Contains(e.Kind)) return false;
        if (!e.Flags.HasFlag(q.Flags)) return false;
        if (e.Value < q.MinValue || e.Value > q.MaxValue) return false;
        return string.IsNullOrEmpty(q.Text) || TextsOf(e).Any(t => t.Contains(q.Text, StringComparison.OrdinalIgnoreCase));
    }

    List<string> TextsOf(ScopeEvent e)
    {
        List<string> texts = [catalog.Names[e.Name], catalog.Methods[e.Method]?.FullName ?? ""];
        var fields = catalog.Payloads.Read(e.Payload);
        while (fields.Next()) texts.Add(fields.Text);
        return texts;
    }
}
