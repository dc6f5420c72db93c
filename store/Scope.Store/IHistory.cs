// What can be asked of a history, wherever it lies: the hot index while we record, a recording on disk, the warm tier.
// Findings, reports and exports are written against this and nothing else, so each works on all of them.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Store;

/// <summary>Is shown one event of an answer; false ends the visit. The event is only good during the call.</summary>
public delegate bool EventVisitor(EventId id, in ScopeEvent e);

/// <summary>A history of events that can be asked, from any thread, while it may still grow.</summary>
public interface IHistory
{
    /// <summary>The dictionaries that the events' handles refer to.</summary>
    Catalog Catalog { get; }

    /// <summary>What was captured and what was lost.</summary>
    LedgerSummary Ledger { get; }

    /// <summary>How many events it holds now.</summary>
    long Count { get; }

    /// <summary>The time of the oldest event held; <see cref="EventTime.Max"/> when empty.</summary>
    EventTime First { get; }

    /// <summary>The time of the newest event held; <see cref="EventTime.Min"/> when empty.</summary>
    EventTime Last { get; }

    /// <summary>The id of the oldest event held: from there on it holds all that there is. The next event's, or one past all ids, when empty.</summary>
    EventId FirstId => Histories.IdOf(this, new() { Limit = 1 }) is { } first ? first : new(long.MaxValue);

    /// <summary>One past the id of the newest event held; 0 when it never held one.</summary>
    EventId NextId => Histories.IdOf(this, new() { Limit = 1, Order = EventOrder.NewestFirst }) is { } last ? new(last.Value + 1) : default;

    /// <summary>The snapshots of the target that belong to it, in the order of their numbers; each has an event of kind snapshot.</summary>
    IReadOnlyList<Snapshot> Snapshots => [];

    /// <summary>How a query would be answered now.</summary>
    QueryWay WayOf(EventQuery query) => new("all events, one by one", Count);

    /// <summary>How many events match, where it can tell without showing each; null where it cannot. Ask <see cref="Histories.CountOf"/>.</summary>
    long? TryCount(EventQuery query) => null;

    /// <summary>Shows the events that match, in the order asked for, without copying them.</summary>
    void Visit(EventQuery query, EventVisitor visitor);

    /// <summary>One event by its id; false when the history does not hold it (any more).</summary>
    bool TryGet(EventId id, out ScopeEvent e);
}

/// <summary>Short forms of common questions.</summary>
public static class Histories
{
    /// <summary>The events that match, copied into a list.</summary>
    public static List<StoredEvent> List(this IHistory history, EventQuery query)
    {
        var found = new List<StoredEvent>();
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            found.Add(new(id, e));
            return true;
        });
        return found;
    }

    /// <summary>The event that tells of a snapshot, which is its evidence; none when the history does not hold it (any more).</summary>
    public static EventId EventOf(this IHistory history, Snapshot snapshot)
    {
        var found = EventId.None;
        history.Visit(new() { Kinds = KindSet.Of(EventKind.Snapshot) }, (EventId id, in ScopeEvent e) =>
        {
            if (e.Detail == snapshot.Number) found = id;
            return found == EventId.None;
        });
        return found;
    }

    /// <summary>The id of the first event of an answer.</summary>
    internal static EventId? IdOf(IHistory history, EventQuery query)
    {
        EventId? found = null;
        history.Visit(query, (EventId id, in ScopeEvent _) =>
        {
            found = id;
            return false;
        });
        return found;
    }

    /// <summary>How many events match.</summary>
    public static long CountOf(this IHistory history, EventQuery query)
    {
        if (history.TryCount(query) is { } told) return told;
        var count = 0L;
        history.Visit(query, (EventId _, in ScopeEvent _) =>
        {
            count++;
            return true;
        });
        return count;
    }
}
