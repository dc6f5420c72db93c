// One thread for all subscriptions: every few milliseconds it reads the new events by their positions and offers them.
// The writer of the index does nothing for it, and without subscriptions there is no thread.
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>Gives new events to subscriptions.</summary>
sealed class SubscriptionPump(HotIndex index)
{
    readonly Lock _changing = new();
    readonly ScopeEvent[] _read = new ScopeEvent[256];
    readonly AutoResetEvent _changed = new(false);
    volatile HotSubscription[] _all = [];
    bool _runs;

    /// <summary>Adds a subscription that sees the events from now on.</summary>
    public HotSubscription Add(Func<EventQuery> query)
    {
        lock (_changing)
        {
            if (_all.Length >= Limits.Subscriptions) throw new InvalidOperationException($"there are {Limits.Subscriptions} subscriptions already; end one first");
            var subscription = new HotSubscription(this, query, index.Catalog, index.NextId);
            _all = [.. _all, subscription];
            if (!_runs)
            {
                _runs = true;
                new Thread(Run) { IsBackground = true, Name = "scope subscriptions" }.Start();
            }
            return subscription;
        }
    }

    /// <summary>Ends a subscription.</summary>
    public void Remove(HotSubscription subscription)
    {
        lock (_changing)
        {
            _all = [.. _all.Where(s => s != subscription)];
            _changed.Set();
        }
        subscription.Complete();
    }

    void Run()
    {
        while (true)
        {
            foreach (var subscription in _all) Offer(subscription);
            lock (_changing)
            {
                if (_all.Length == 0)
                {
                    _runs = false;
                    return;
                }
            }
            _changed.WaitOne(Limits.SubscriptionPumpMillis);
        }
    }

    void Offer(HotSubscription subscription)
    {
        var end = index.NextId; // What comes meanwhile is for the next round, so that a busy target starves no subscription.
        subscription.Renew(); // Whatever the events before the end refer to is known by now.
        while (subscription.Next.Value < end.Value)
        {
            var count = index.Read(subscription.Next, _read, out var first);
            if (first.Value > subscription.Next.Value) subscription.Miss(first.Value - subscription.Next.Value);
            for (var i = 0; i < count; i++)
            {
                if (subscription.Offer(new(first.Value + i), in _read[i])) continue;
                Remove(subscription);
                return;
            }
            subscription.Next = new(first.Value + count);
        }
    }
}
