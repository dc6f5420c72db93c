// Merges the rings of several sources by time into one ordered stream for the correlator.
//
// How it works
//  1. Each source promises by its watermark that no event before it will come. The floor of a source is the time of its
//     next event, or its watermark when it has none at hand.
//  2. The source with the earliest next event gives a run of events, up to the lowest floor of the others.
//  3. A source that says nothing (no event, no watermark) for Limits.MergeHoldMillis no longer holds the others back
//     until it speaks again. What it then says of the past takes the time of what went on already, and is counted.
//  4. When there is nothing to give, the merge sleeps until a ring's writer wakes it or the hold of a source ends.
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Merge;

/// <summary>One ordered stream out of several rings. Read by one thread; sources may be added by any.</summary>
/// <param name="ledger">Where loss and lateness are told.</param>
/// <param name="clock">The clock by which silence is measured; the system's when null.</param>
/// <param name="holdMillis">How long a silent source holds the others back.</param>
public sealed class TimeMerge(Ledger ledger, TimeProvider? clock = null, int holdMillis = Limits.MergeHoldMillis) : IDisposable
{
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly long _holdTicks = (clock ?? TimeProvider.System).TimestampFrequency * holdMillis / 1000;
    readonly Doorbell _bell = new();
    readonly Lock _adding = new();
    volatile MergeSource[] _sources = [];
    MergeSource[] _seen = [];
    EventTime _promised = EventTime.Min;

    /// <summary>Adds a source, before its writer begins. It is told of in the ledger by this name.</summary>
    public void Add(EventRing ring, string name)
    {
        ring.RingOnPublish(_bell);
        lock (_adding) _sources = [.. _sources, new MergeSource(ring, name, _clock.GetTimestamp())];
        _bell.Ring();
    }

    /// <summary>Gives the next events in the order of their time, as many as may go on and fit; 0 when none may yet.</summary>
    public int Read(Span<ScopeEvent> into)
    {
        var given = 0;
        _seen = _sources;
        while (given < into.Length && Choose(out var until) is { } source)
            given += Take(source, until, into[given..]);
        foreach (var source in _seen) source.TellLoss(ledger);
        return given;
    }

    /// <summary>Sleeps until there may be more to read. False when it was stopped or all sources have finished.</summary>
    public bool Wait(CancellationToken stop)
    {
        if (stop.IsCancellationRequested || IsFinished) return false;
        using var stopping = stop.Register(_bell.Ring);
        _bell.AboutToSleep();
        if (stop.IsCancellationRequested || HasNews()) _bell.StayAwake();
        else _bell.Sleep(MillisUntilNextSilence());
        return !stop.IsCancellationRequested;
    }

    /// <summary>Reads and gives on to a sink until all sources have finished (advanced to <see cref="EventTime.Max"/>) or it is stopped.</summary>
    public void Run(IEventSink sink, CancellationToken stop)
    {
        var batch = new ScopeEvent[Limits.MergeBatch];
        var told = EventTime.Min;
        do
        {
            int count;
            while ((count = Read(batch)) > 0 && !stop.IsCancellationRequested)
                foreach (ref readonly var e in batch.AsSpan(0, count)) sink.Append(in e);
            if (Watermark > told) sink.Advance(told = Watermark);
        } while (Wait(stop));
    }

    /// <summary>No event before this will be given any more; <see cref="EventTime.Max"/> when all sources have finished.</summary>
    public EventTime Watermark => IsFinished ? EventTime.Max : _promised;

    /// <summary>Whether there are sources and all have given all they ever will.</summary>
    public bool IsFinished => _seen.Length > 0 && _seen == _sources && Array.TrueForAll(_seen, s => s.IsFinished);

    /// <summary>How full the fullest ring is, from 0 to 1. Told to any thread.</summary>
    public double Fill => _sources is { Length: > 0 } sources ? sources.Max(s => s.Fill) : 0;

    /// <summary>How many events came too late and took a later time.</summary>
    public long Late { get; private set; }

    /// <summary>Lets all rings go, so that no writer waits for this merge.</summary>
    public void Dispose()
    {
        foreach (var source in _sources) source.Close();
    }

    /// <summary>The source to take from next and the time up to which; null when none may give.</summary>
    MergeSource? Choose(out EventTime until)
    {
        MergeSource? first = null;
        EventTime firstFloor = EventTime.Max, second = EventTime.Max, silentFloor = EventTime.Min;
        foreach (var source in _seen)
        {
            source.Refill(_clock, _holdTicks);
            if (source.IsFinished) continue;
            var floor = source.Floor;
            if (source.IsSilent)
            {
                if (floor > silentFloor) silentFloor = floor;
                continue;
            }
            // Of two with the same floor the one that has an event goes first: the other has promised nothing before it.
            if (first is null || floor < firstFloor || floor == firstFloor && !first.HasEvent)
            {
                second = firstFloor;
                (first, firstFloor) = (source, floor);
            }
            else if (floor < second) second = floor;
        }
        until = second;
        var promise = first is not null ? firstFloor : silentFloor;
        if (promise > _promised) _promised = promise;
        return first is { HasEvent: true } ? first : null;
    }

    int Take(MergeSource source, EventTime until, Span<ScopeEvent> into)
    {
        var given = 0;
        var late = 0;
        EventTime from = EventTime.Max, last = _promised;
        while (given < into.Length && source.HasEvent && source.Next.Time <= until)
        {
            ref var e = ref into[given++];
            e = source.Next;
            source.Step();
            if (e.Time < last)
            {
                late++;
                if (e.Time < from) from = e.Time;
                e.Time = last;
            }
            last = e.Time;
        }
        _promised = last;
        if (late > 0) TellLate(source, late, from, last);
        return given;
    }

    void TellLate(MergeSource source, int late, EventTime from, EventTime to)
    {
        Late += late;
        ledger.Lost(LossSource.Order, source.Name, from, to, late);
    }

    bool HasNews() => _seen != _sources || Array.Exists(_seen, s => s.HasNews);

    int MillisUntilNextSilence()
    {
        if (_seen.Length < 2) return Timeout.Infinite;
        var now = _clock.GetTimestamp();
        var ticks = long.MaxValue;
        foreach (var source in _seen) ticks = Math.Min(ticks, source.TicksUntilSilent(now, _holdTicks));
        return ticks == long.MaxValue ? Timeout.Infinite : (int)(ticks * 1000 / _clock.TimestampFrequency) + 1;
    }
}
