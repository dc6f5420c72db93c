// Says of one event after the other whether a query wants it. Every tier that looks at events uses this, so that a query
// means the same everywhere; tiers differ in what they need not look at.
using Scope.Events;

namespace Scope.Store;

/// <summary>A query's filters, made ready once for many events. For one thread; make one for each visit.</summary>
public sealed class EventFilter
{
    readonly EventQuery _query;
    readonly TextFilter? _text;
    readonly bool _passesAll, _hasSets;

    /// <summary>The filter of a query. Handles in events refer to the catalog, which the text filter needs.</summary>
    public EventFilter(EventQuery query, Catalog catalog)
    {
        _query = query;
        _text = string.IsNullOrEmpty(query.Text) ? null : new(query.Text, catalog);
        _hasSets = query.HasSets;
        _passesAll = _text is null && EventQuery.All == query with { From = EventTime.Min, To = EventTime.Max, FromId = default, ToId = EventQuery.All.ToId, Order = default, Limit = int.MaxValue, Text = null };
    }

    /// <summary>Whether the event is wanted; its time is looked at too, its id is not.</summary>
    public bool Matches(in ScopeEvent e) => e.Time >= _query.From && e.Time < _query.To && MatchesAtAnyTime(in e);

    /// <summary>Whether the event is wanted, if its time is known to be.</summary>
    public bool MatchesAtAnyTime(in ScopeEvent e)
    {
        if (_passesAll) return true;
        var q = _query;
        return q.Kinds.Passes(e.Kind)
            && Passes(q.Thread.Value, e.Thread.Value)
            && Passes(q.Flow.Value, e.Flow.Value)
            && Passes(q.Span.Value, e.Span.Value)
            && Passes(q.Method.Value, e.Method.Value)
            && Passes(q.CodeNode.Value, e.CodeNode.Value)
            && Passes(q.Name.Value, e.Name.Value)
            && Passes(q.Target.Value, e.Target.Value)
            && (e.Flags & q.Flags) == q.Flags
            && e.Value >= q.MinValue && e.Value <= q.MaxValue
            && (!_hasSets || IsInSets(in e))
            && (_text is null || _text.Matches(in e));
    }

    bool IsInSets(in ScopeEvent e) =>
        (_query.Methods is not { } methods || methods.Contains(e.Method))
        && (_query.Names is not { } names || names.Contains(e.Name))
        && (_query.Threads is not { } threads || threads.Contains(e.Thread))
        && (_query.Spans is not { } spans || spans.Contains(e.Span))
        && (_query.Flows is not { } flows || flows.Contains(e.Flow))
        && (_query.Targets is not { } targets || targets.Contains(e.Target));

    static bool Passes(int wanted, int value) => wanted == 0 || wanted == value;
}
