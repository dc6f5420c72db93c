// The way of an event while only a share of the flows is kept: in at one end when it comes, out to the correlator when the
// window has passed over it, by when it is known how its flow went; and behind the correlator, which gives it its flow, on to the
// history or not. With everything kept it passes at once, and nothing waits.
using Scope.Events;

namespace Scope.Pipeline.Pressure;

/// <summary>Holds events back and leaves out flows that went well. Stands before the correlator as a sink, and after it as <see cref="Kept"/>. One thread.</summary>
public sealed class FlowWindow : IEventSink
{
    readonly Queue<ScopeEvent> _waiting = new();
    readonly FlowVerdicts _verdicts;
    readonly Ledger _ledger;
    readonly long _windowNanos;
    readonly Filter _kept;
    double _share = 1;
    long _dropped;
    EventTime _droppedFrom, _droppedTo, _forgottenAt = EventTime.Min;

    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="ledger">Where what is left out is counted.</param>
    /// <param name="history">Where events go in the end: the hot index.</param>
    /// <param name="windowNanos">How long a flow may take before it counts as slow.</param>
    public FlowWindow(Catalog catalog, Ledger ledger, IEventSink history, long windowNanos = Limits.FlowWindowNanos)
    {
        (_ledger, _windowNanos) = (ledger, windowNanos);
        _verdicts = new(catalog);
        _kept = new(this, history);
    }

    /// <summary>The correlator's way out.</summary>
    public IEventSink Kept => _kept;

    /// <summary>The correlator.</summary>
    public IEventSink? Next { get; set; }

    /// <summary>The share of flows that is kept although they went well, from 0 to 1. Set by any thread.</summary>
    public double Share
    {
        get => Volatile.Read(ref _share);
        set => Volatile.Write(ref _share, value);
    }

    /// <inheritdoc/>
    public EventId Append(in ScopeEvent e)
    {
        if (Share >= 1 && _waiting.Count == 0) return Next!.Append(e);
        _verdicts.Learn(e);
        if (_waiting.Count >= Limits.FlowWindowEvents) Release();
        _waiting.Enqueue(e);
        return EventId.None;
    }

    /// <inheritdoc/>
    public void Advance(EventTime noneBefore)
    {
        // A new share holds for what has not been decided yet; at the end and when all is kept again, nothing waits.
        var share = Share;
        if (share < 1) _verdicts.Share = share;
        var until = share >= 1 || noneBefore == EventTime.Max ? noneBefore : noneBefore - _windowNanos;
        while (_waiting.TryPeek(out var e) && e.Time <= until) Release();
        if (_waiting.Count == 0 && share >= 1) _verdicts.Share = 1;
        if (until != EventTime.Max && _forgottenAt < until - _windowNanos) _verdicts.Forget(_forgottenAt = until - _windowNanos);
        TellDropped();
        Next!.Advance(until);
    }

    void Release() => Next!.Append(_waiting.Dequeue());

    void Drop(in ScopeEvent e)
    {
        if (_dropped++ == 0) _droppedFrom = e.Time;
        _droppedTo = e.Time;
    }

    void TellDropped()
    {
        _ledger.Lost(LossSource.Pressure, "flows that went well", _droppedFrom, _droppedTo, _dropped);
        _dropped = 0;
    }

    sealed class Filter(FlowWindow window, IEventSink history) : IEventSink
    {
        public EventId Append(in ScopeEvent e)
        {
            if (window._verdicts.Keeps(e, window._windowNanos)) return history.Append(e);
            window.Drop(e);
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) => history.Advance(noneBefore);
    }
}
