// A subscription: the events that match a query and come from now on, in a bounded queue that its owner reads.
using System.Threading.Channels;
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>New events that match a query. Dispose of it to end it.</summary>
public sealed class HotSubscription : IDisposable
{
    readonly Channel<StoredEvent> _queue;
    readonly SubscriptionPump _pump;
    readonly EventFilter _filter;
    long _left, _dropped;

    internal HotSubscription(SubscriptionPump pump, EventQuery query, Catalog catalog, EventId from)
    {
        _pump = pump;
        _filter = new(query, catalog);
        _left = query.Limit;
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
