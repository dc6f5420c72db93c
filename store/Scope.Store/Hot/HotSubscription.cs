// A subscription: the events that match a query and come from now on, in a bounded queue that its owner reads.
using System.Threading.Channels;
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>New events that match a query. Dispose of it to end it.</summary>
public sealed class HotSubscription : IDisposable
{
    readonly Channel<StoredEvent> _queue;
    readonly SubscriptionPump _pump;
    readonly Func<EventQuery> _query;
    readonly Catalog _catalog;
    EventFilter _filter;
    (int, int, int, int) _known;
    long _left, _dropped;

    internal HotSubscription(SubscriptionPump pump, Func<EventQuery> query, Catalog catalog, EventId from)
    {
        (_pump, _query, _catalog) = (pump, query, catalog);
        _filter = Renewed(out var first);
        _left = first.Limit;
        Next = from;
        _queue = Channel.CreateBounded<StoredEvent>(
            new BoundedChannelOptions(Limits.SubscriptionEvents) { SingleWriter = true, FullMode = BoundedChannelFullMode.DropOldest },
            _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>The events, in the order of their ids. Completes when the subscription ends or its query's limit is reached.</summary>
    public ChannelReader<StoredEvent> Events => _queue.Reader;

    /// <summary>How many events the owner missed because it read too slowly.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>The event that the pump looks at next; the pump's own.</summary>
    internal EventId Next { get; set; }

    /// <summary>A pattern stands for more once there are more names: asks anew what it stands for, when there are.</summary>
    internal void Renew()
    {
        if (Known != _known) _filter = Renewed(out _);
    }

    (int, int, int, int) Known => (_catalog.Names.LastId, _catalog.Methods.LastId, _catalog.Threads.LastId, _catalog.Targets.All.Count);

    EventFilter Renewed(out EventQuery query)
    {
        _known = Known;
        query = _query();
        return new(query, _catalog);
    }

    /// <summary>Takes an event if it matches. False when the subscription wants no more.</summary>
    internal bool Offer(EventId id, in ScopeEvent e)
    {
        if (_left <= 0) return false;
        if (!_filter.Matches(in e)) return true;
        _queue.Writer.TryWrite(new(id, e));
        return --_left > 0;
    }

    /// <summary>Counts events that were dropped by the index before anybody looked whether they match.</summary>
    internal void Miss(long count) => Interlocked.Add(ref _dropped, count);

    internal void Complete() => _queue.Writer.TryComplete();

    /// <summary>Ends the subscription.</summary>
    public void Dispose() => _pump.Remove(this);
}
