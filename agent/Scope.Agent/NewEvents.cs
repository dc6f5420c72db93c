// What is new in a growing history, shown once to all that count: the live figures and the estimate of what we cost.
using Scope.Events;
using Scope.Store;

namespace Scope.Agent;

/// <summary>Is shown one event.</summary>
delegate void EventCounter(in ScopeEvent e);

/// <summary>Walks a growing history, each event once.</summary>
sealed class NewEvents(IHistory history)
{
    readonly Lock _lock = new();
    readonly List<EventCounter> _counters = [];
    EventTime _seenUntil = EventTime.Min;

    /// <summary>Shows events to one more, from the first one that the history holds when nobody has walked it yet.</summary>
    public void Add(EventCounter counter)
    {
        lock (_lock) _counters.Add(counter);
    }

    /// <summary>Shows events to one no longer.</summary>
    public void Remove(EventCounter counter)
    {
        lock (_lock) _counters.Remove(counter);
    }

    /// <summary>Shows what came since the last walk.</summary>
    public void Walk()
    {
        lock (_lock)
            history.Visit(new EventQuery { From = _seenUntil == EventTime.Min ? EventTime.Min : _seenUntil + 1 }, (EventId _, in ScopeEvent e) =>
            {
                foreach (var counter in _counters) counter(e);
                _seenUntil = e.Time;
                return true;
            });
    }
}
