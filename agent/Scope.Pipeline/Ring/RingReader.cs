// One reader of a ring: its cursor, and what it missed. Used by one thread.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Pipeline.Ring;

/// <summary>Reads a ring in batches, at its own pace.</summary>
public sealed class RingReader : IDisposable
{
    readonly EventRing _ring;
    readonly int _place;
    readonly bool _canMiss;
    bool _closed;
    bool _inGap;
    long _missed;
    EventTime _lastRead = EventTime.Min, _missedFrom, _missedTo;

    internal RingReader(EventRing ring, int place)
    {
        _ring = ring;
        _place = place;
        _canMiss = ring.Mode == RingMode.DropOldest;
    }

    /// <summary>Copies the next events, as many as there are and fit; gives how many. Never a torn one.</summary>
    public int Read(Span<ScopeEvent> into)
    {
        if (_closed) return 0;
        ref var lines = ref _ring.Layout.Places[_place];
        var cursor = lines.Cursor;
        if (lines.CachedHead - cursor < into.Length) lines.CachedHead = Volatile.Read(ref _ring.Layout.Published.Head);
        var count = (int)Math.Min(lines.CachedHead - cursor, into.Length);
        if (count == 0) return 0;
        if (_canMiss) return ReadWhatIsLeft(ref lines, into);
        _ring.Copy(cursor, into[..count]);
        Volatile.Write(ref lines.Cursor, cursor + count);
        _ring.TellRoom();
        return count;
    }

    /// <summary>The next events where they stand, without a copy: as many as there are up to the place where the ring begins anew.
    /// They stay until <see cref="Skip"/>. Only of rings that do not write over what was not read (drop-newest, block).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<ScopeEvent> Peek()
    {
        if (_closed || _canMiss) return NothingToPeek();
        ref var lines = ref _ring.Layout.Places[_place];
        var cursor = lines.Cursor;
        if (lines.CachedHead == cursor) lines.CachedHead = Volatile.Read(ref _ring.Layout.Published.Head);
        return _ring.Standing(cursor, lines.CachedHead - cursor);
    }

    /// <summary>One of the events that <see cref="Peek"/> gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref readonly ScopeEvent Peeked(int at) => ref _ring.Slot(_ring.Layout.Places[_place].Cursor + at);

    /// <summary>Steps past so many of the events that <see cref="Peek"/> gave, and gives their room to the writer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count)
    {
        if (_closed) return;
        ref var cursor = ref _ring.Layout.Places[_place].Cursor;
        Volatile.Write(ref cursor, cursor + count);
        _ring.TellRoom();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    ReadOnlySpan<ScopeEvent> NothingToPeek() => _closed ? default
        : throw new InvalidOperationException("a ring that drops its oldest writes over events while they are looked at; copy them with Read");

    /// <summary>How many events could be read now, or had to be counted as missed.</summary>
    public long Available => _closed ? 0 : Volatile.Read(ref _ring.Layout.Published.Head) - _ring.Layout.Places[_place].Cursor;

    /// <summary>What this reader missed since the last call (drop-oldest), between the events on both sides of the gap.</summary>
    public RingLoss TakeLoss()
    {
        if (_missed == 0 || _inGap) return default;
        var loss = new RingLoss(_missed, _missedFrom, _missedTo);
        _missed = 0;
        return loss;
    }

    /// <summary>Closes the reader; the writer no longer waits for it.</summary>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        Volatile.Write(ref _ring.Layout.Places[_place].Cursor, long.MaxValue);
        _ring.TellRoom();
    }

    int ReadWhatIsLeft(ref ReaderLines lines, Span<ScopeEvent> into)
    {
        ref var published = ref _ring.Layout.Published;
        var cursor = lines.Cursor;
        while (true)
        {
            var oldest = Volatile.Read(ref published.Claimed) - _ring.Capacity;
            if (cursor < oldest)
            {
                Miss(oldest - cursor);
                cursor = oldest;
                lines.CachedHead = Volatile.Read(ref published.Head);
            }
            var count = (int)Math.Min(lines.CachedHead - cursor, into.Length);
            if (count > 0) _ring.Copy(cursor, into[..count]);
            Volatile.ReadBarrier(); // The copy first, then what the writer had claimed by then.
            var torn = Volatile.Read(ref published.Claimed) - _ring.Capacity - cursor;
            if (torn > 0 && torn >= count) continue;
            if (torn > 0)
            {
                Miss(torn);
                into[(int)torn..count].CopyTo(into);
                count -= (int)torn;
                cursor += torn;
            }
            Volatile.Write(ref lines.Cursor, cursor + count);
            if (count > 0) Note(into[0].Time, into[count - 1].Time);
            return count;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Miss(long count)
    {
        if (_missed == 0) _missedFrom = _lastRead;
        _missed += count;
        _inGap = true;
    }

    void Note(EventTime first, EventTime last)
    {
        if (_inGap)
        {
            _inGap = false;
            _missedTo = first;
            if (_missedFrom == EventTime.Min) _missedFrom = first;
        }
        _lastRead = last;
    }
}
