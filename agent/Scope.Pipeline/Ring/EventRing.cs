// The ring between a source and the correlator: one writer, several readers, each with its own cursor.
//
// How it works
//  1. A position counts events since the beginning; its slot is the position modulo the capacity (a power of two).
//  2. The writer copies an event to the slot of its next position and tells the readers of it a batch at a time, by
//     storing the head after the events (release). Readers load the head first (acquire), then copy.
//  3. The writer compares its position with one number only, the end of the room it knows of. At the end of the room it
//     looks further (MakeRoom), by mode:
//       drop-newest, block: room ends a lap after the slowest reader's cursor; when that has not moved, drop or wait.
//         Nobody writes over what a reader has not passed: it may look at events where they stand, without a copy;
//       drop-oldest: there is always room; the writer first says how far it will write (claimed), then writes.
//  4. In drop-oldest a reader copies and then looks at what the writer has claimed: the part of the copy that lies a lap
//     behind may be torn and is thrown away and counted. A reader never sees a torn event, the writer never waits.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Pipeline.Ring;

/// <summary>A bounded ring of events with one writer and up to <see cref="Limits.RingReaders"/> readers.</summary>
public sealed unsafe class EventRing : IEventSink
{
    const long NoTime = long.MinValue;
    const int SpinsBeforeParking = 40; // About 10 µs: a reader that is at work frees room within that.
    const int ParkMillis = 100; // Only in case that a reader's thread died without closing its reader.

    readonly ScopeEvent* _slots;
    readonly RingLayout* _layout;
    readonly long _mask;
    readonly long _batchMask;
    readonly Doorbell _room = new();
    readonly Lock _opening = new();
    readonly object _memory;
    volatile Doorbell? _readersBell;

    /// <param name="capacity">How many events it holds, a power of two.</param>
    /// <param name="mode">What it does when it is full.</param>
    public EventRing(int capacity = Limits.RingEvents, RingMode mode = RingMode.DropOldest)
    {
        if (capacity < 4 || !System.Numerics.BitOperations.IsPow2(capacity) || capacity > Limits.RingEvents)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, $"a ring holds a power of two of events, from 4 to {Limits.RingEvents}");
        Mode = mode;
        var slots = new AlignedArray<ScopeEvent>(capacity);
        var layout = new AlignedArray<RingLayout>(1);
        _slots = slots.First;
        _layout = layout.First;
        _memory = (slots, layout);
        _mask = capacity - 1;
        _batchMask = Math.Min(Limits.RingBatch, capacity / 4) - 1;
        Layout.Writer.RoomEnds = mode == RingMode.DropOldest ? 0 : capacity;
        Layout.Published.Watermark = NoTime;
        Layout.Dropped.FirstTime = NoTime;
        for (var i = 0; i < Limits.RingReaders; i++) Layout.Places[i].Cursor = long.MaxValue;
    }

    /// <summary>Takes an event. The readers see it with the next batch or the next <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EventId Append(in ScopeEvent e)
    {
        var writer = &_layout->Writer;
        var next = writer->Next;
        if (next == writer->RoomEnds && !MakeRoom(next, e.Time)) return EventId.None;
        _slots[next & _mask] = e;
        writer->Next = next + 1;
        if ((next + 1 & _batchMask) == 0) Publish();
        GC.KeepAlive(this); // The pointers above are into memory that this object holds. Costs nothing.
        return EventId.None;
    }

    /// <summary>Publishes what was appended, and then that no event before this instant will come.</summary>
    public void Advance(EventTime noneBefore)
    {
        ref var published = ref Layout.Published;
        Volatile.Write(ref published.Head, Layout.Writer.Next);
        if (noneBefore.UnixNanos > published.Watermark) Volatile.Write(ref published.Watermark, noneBefore.UnixNanos);
        _readersBell?.Ring();
    }

    /// <summary>Lets the readers see what was appended so far.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Publish()
    {
        Volatile.Write(ref Layout.Published.Head, Layout.Writer.Next);
        _readersBell?.Ring();
    }

    /// <summary>A new reader, which sees what is published from now on. To be closed by disposing of it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RingReader OpenReader()
    {
        lock (_opening)
        {
            for (var i = 0; i < Limits.RingReaders; i++)
            {
                ref var place = ref Layout.Places[i];
                if (place.Cursor != long.MaxValue) continue;
                // The cursor first, then the head again: a writer that has not seen the cursor yet has at most a lap from this head.
                Interlocked.Exchange(ref place.Cursor, Volatile.Read(ref Layout.Published.Head));
                place.CachedHead = Volatile.Read(ref Layout.Published.Head);
                Volatile.Write(ref place.Cursor, place.CachedHead);
                return new(this, i);
            }
        }
        throw new InvalidOperationException($"a ring has at most {Limits.RingReaders} readers; close one first");
    }

    /// <summary>What a full ring does.</summary>
    public RingMode Mode { get; }

    /// <summary>How many events it holds.</summary>
    public int Capacity => (int)_mask + 1;

    /// <summary>No event before this will come; what did come before it can be read when this is seen.</summary>
    public EventTime Watermark => new(Volatile.Read(ref Layout.Published.Watermark));

    /// <summary>What the writer dropped since the last call (drop-newest). What readers missed they tell themselves.</summary>
    public RingLoss TakeLoss()
    {
        ref var dropped = ref Layout.Dropped;
        if (Volatile.Read(ref dropped.Count) == 0) return default;
        var count = Interlocked.Exchange(ref dropped.Count, 0);
        var first = Interlocked.Exchange(ref dropped.FirstTime, NoTime);
        var last = Volatile.Read(ref dropped.LastTime);
        return new(count, new(first == NoTime ? last : first), new(last));
    }

    /// <summary>Who is woken when something is published.</summary>
    internal void RingOnPublish(Doorbell bell) => _readersBell = bell;

    internal ref RingLayout Layout => ref *_layout;

    internal long BatchEvents => _batchMask + 1;

    internal ref ScopeEvent Slot(long position) => ref _slots[position & _mask];

    /// <summary>Copies events from a position on; the caller knows that they are published.</summary>
    internal void Copy(long position, Span<ScopeEvent> into)
    {
        var first = Math.Min(into.Length, (int)(Capacity - (position & _mask)));
        MemoryMarshal.CreateReadOnlySpan(ref Slot(position), first).CopyTo(into);
        if (first < into.Length) MemoryMarshal.CreateReadOnlySpan(ref Slot(0), into.Length - first).CopyTo(into[first..]);
    }

    /// <summary>Events in place from a position on, up to the ring's last slot; the caller knows that they are published and that nobody writes over them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<ScopeEvent> Standing(long position, long count) =>
        MemoryMarshal.CreateReadOnlySpan(ref Slot(position), (int)Math.Min(count, Capacity - (position & _mask)));

    /// <summary>A reader moved on or closed.</summary>
    internal void TellRoom()
    {
        if (Mode == RingMode.Block) _room.Ring();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool MakeRoom(long next, EventTime time)
    {
        ref var writer = ref Layout.Writer;
        if (Mode == RingMode.DropOldest)
        {
            writer.RoomEnds = next + _batchMask + 1;
            Volatile.Write(ref Layout.Published.Claimed, writer.RoomEnds);
            Volatile.WriteBarrier(); // The claim must be seen before any of the writes it announces.
            return true;
        }
        Publish();
        writer.RoomEnds = SlowestCursor(next) + Capacity;
        if (next < writer.RoomEnds) return true;
        if (Mode == RingMode.Block) WaitForRoom(next);
        else CountDropped(time);
        return next < writer.RoomEnds;
    }

    void WaitForRoom(long next)
    {
        ref var writer = ref Layout.Writer;
        for (var spins = 0; next >= writer.RoomEnds; spins++)
        {
            if (spins < SpinsBeforeParking) Thread.SpinWait(20);
            else
            {
                _room.AboutToSleep();
                if (SlowestCursor(next) + Capacity > next) _room.StayAwake();
                else _room.Sleep(ParkMillis);
            }
            writer.RoomEnds = SlowestCursor(next) + Capacity;
        }
    }

    long SlowestCursor(long next)
    {
        Interlocked.MemoryBarrier(); // Pairs with OpenReader: the head that we published, then the cursors.
        var slowest = next;
        for (var i = 0; i < Limits.RingReaders; i++) slowest = Math.Min(slowest, Volatile.Read(ref Layout.Places[i].Cursor));
        return slowest;
    }

    void CountDropped(EventTime time)
    {
        ref var dropped = ref Layout.Dropped;
        Volatile.Write(ref dropped.LastTime, time.UnixNanos);
        Interlocked.CompareExchange(ref dropped.FirstTime, time.UnixNanos, NoTime);
        Interlocked.Increment(ref dropped.Count);
    }
}
