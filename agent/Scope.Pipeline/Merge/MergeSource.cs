// One ring in the merge: what has been taken from it and not given on yet, and since when it has been silent.
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Merge;

/// <summary>A source as the merge sees it. Used by the merge's thread only.</summary>
sealed class MergeSource(EventRing ring, string name, long now)
{
    readonly RingReader _reader = ring.OpenReader();
    // Where the writer leaves alone what was not read, events are looked at in the ring; else a copy is.
    readonly bool _inPlace = ring.Mode != RingMode.DropOldest;
    readonly ScopeEvent[] _taken = new ScopeEvent[ring.Mode == RingMode.DropOldest ? Limits.MergeBatch : 0];
    int _at, _count;
    EventTime _watermark = EventTime.Min;
    long _spokeAt = now;

    /// <summary>The source's name in the ledger.</summary>
    public string Name => name;

    /// <summary>Whether it holds an event that has not been given on.</summary>
    public bool HasEvent => _at < _count;

    /// <summary>Its next event, when it has one.</summary>
    public ref readonly ScopeEvent Next => ref _inPlace ? ref _reader.Peeked(_at) : ref _taken[_at];

    /// <summary>No event of it will be before this.</summary>
    public EventTime Floor => HasEvent ? Next.Time : _watermark;

    /// <summary>Whether it has given all it ever will.</summary>
    public bool IsFinished => !HasEvent && _watermark == EventTime.Max;

    /// <summary>Whether it has said nothing for so long that nobody waits for it.</summary>
    public bool IsSilent { get; private set; }

    /// <summary>Steps past the next event.</summary>
    public void Step() => _at++;

    /// <summary>Takes more from the ring if nothing is left, and sees whether it is silent.</summary>
    public void Refill(TimeProvider clock, long holdTicks)
    {
        if (HasEvent) return;
        // The watermark before the events: when it is seen, all events before it can be read.
        var watermark = ring.Watermark;
        _count = Take();
        _at = 0;
        if (_count > 0 || watermark != _watermark)
        {
            _spokeAt = clock.GetTimestamp();
            IsSilent = false;
        }
        else if (!IsSilent) IsSilent = clock.GetTimestamp() - _spokeAt >= holdTicks;
        _watermark = watermark;
    }

    int Take()
    {
        if (!_inPlace) return _reader.Read(_taken);
        if (_count > 0) _reader.Skip(_count);
        return _reader.Peek().Length;
    }

    /// <summary>Whether the ring has something that the last <see cref="Refill"/> did not see.</summary>
    public bool HasNews => !HasEvent && (_reader.Available > 0 || ring.Watermark != _watermark);

    /// <summary>How full its ring is, from 0 to 1. Told to any thread.</summary>
    public double Fill => (double)_reader.Available / ring.Capacity;

    /// <summary>How long until it counts as silent, in ticks of the clock; long.MaxValue when it does already, or holds nobody back.</summary>
    public long TicksUntilSilent(long now, long holdTicks) => HasEvent || IsSilent || IsFinished ? long.MaxValue : Math.Max(0, _spokeAt + holdTicks - now);

    /// <summary>Writes what the ring dropped into the ledger.</summary>
    public void TellLoss(Ledger ledger)
    {
        if (ring.TakeLoss() is { IsNone: false } dropped) ledger.Lost(LossSource.Ring, name, dropped.From, dropped.To, dropped.Count);
        if (_reader.TakeLoss() is { IsNone: false } missed) ledger.Lost(LossSource.Ring, name, missed.From, missed.To, missed.Count);
    }

    /// <summary>Lets the ring go.</summary>
    public void Close() => _reader.Dispose();
}
