// The readers' side of the hot index: questions, single events, and consecutive events in bulk.
using Scope.Events;
using Scope.Store.Query;

namespace Scope.Store.Hot;

public sealed partial class HotIndex
{
    /// <inheritdoc/>
    public Catalog Catalog { get; }

    /// <inheritdoc/>
    public LedgerSummary Ledger => _ledger.Summary();

    /// <inheritdoc/>
    public long Count => Math.Max(0, Published - _blocks.First);

    /// <inheritdoc/>
    public EventTime First => TryGet(FirstId, out var e) ? e.Time : EventTime.Max;

    /// <inheritdoc/>
    public EventTime Last => TryGet(new(Published - 1), out var e) ? e.Time : EventTime.Min;

    /// <summary>The id of the oldest event that is still held; the next event's when empty.</summary>
    public EventId FirstId => new(_blocks.First);

    /// <summary>The id that the next event will get.</summary>
    public EventId NextId => new(Published);

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        if (query.Limit <= 0) return;
        Interlocked.Increment(ref _shared.Visitors);
        try
        {
            PlanOf(query).Walk(query, new(query, Catalog), visitor);
        }
        finally
        {
            Interlocked.Decrement(ref _shared.Visitors);
        }
    }

    /// <inheritdoc/>
    public QueryWay WayOf(EventQuery query) => PlanOf(query).Told;

    /// <summary>The way that a query would take now.</summary>
    internal HotPlan PlanOf(EventQuery query) => HotPlan.Of(query, _heads, Published, () => _blocks);

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        return Read(id, new(ref e), out var first) == 1 && first == id;
    }

    /// <summary>The events that match and come from now on, each there within 100 ms. The query's order means nothing here.</summary>
    public HotSubscription Subscribe(EventQuery query) => _pump.Add(() => query);

    /// <summary>The same of a question in words, whose patterns also stand for methods and names that are not known yet.</summary>
    /// <param name="text">What must hold; it may not start from events.</param>
    /// <param name="mistake">What makes no sense here; null when it does.</param>
    /// <returns>The subscription; null when there is a mistake.</returns>
    public HotSubscription? Subscribe(QueryText text, out TextMistake? mistake)
    {
        if (!text.TryBind(this, EventQuery.All, null, out var question, out mistake)) return null;
        if (question.Starts.Count > 0)
        {
            mistake = text.Terms.First(term => term.Key.StartsFromEvents).Wrong("what is to come cannot be asked for from an event");
            return null;
        }
        return _pump.Add(() => text.TryBind(this, EventQuery.All, null, out var now, out _) ? now.Query : question.Query);
    }

    /// <summary>Copies consecutive events, the first of them at this id or, when it has been dropped, the oldest held.</summary>
    /// <param name="from">The id of the first event wanted.</param>
    /// <param name="into">Where they go; as many as there are and fit.</param>
    /// <param name="first">The id of the first event copied.</param>
    /// <returns>How many were copied.</returns>
    public int Read(EventId from, Span<ScopeEvent> into, out EventId first)
    {
        Interlocked.Increment(ref _shared.Visitors);
        try
        {
            var end = Published;
            var list = _blocks;
            var position = Math.Max(Math.Max(from.Value, 0), list.First);
            first = new(position);
            var copied = 0;
            while (copied < into.Length && position < end)
            {
                var place = list.PlaceOf(position);
                var count = (int)Math.Min(Math.Min(_blockEvents - place, into.Length - copied), end - position);
                list.BlockOf(position).Events.Slice(place, count).CopyTo(into[copied..]);
                copied += count;
                position += count;
            }
            return copied;
        }
        finally
        {
            Interlocked.Decrement(ref _shared.Visitors);
        }
    }
}
