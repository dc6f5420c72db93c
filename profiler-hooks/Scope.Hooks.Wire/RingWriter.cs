// The writing side of one ring: one thread, no lock, never waits. A full ring drops the new record and counts it, because
// the target must never wait for the agent.
//
//  1. A position counts slots since the beginning. A record takes one, its text the next ones, around the end of the ring.
//  2. The head is published after all of them: a reader that sees it sees the record whole.
using System.Runtime.CompilerServices;

namespace Scope.Hooks.Wire;

/// <summary>Writes records into one ring; for one thread at a time.</summary>
public unsafe struct RingWriter
{
    readonly RingHeader* _ring;
    readonly HookRecord* _slots;
    readonly ulong _mask;
    readonly int _owned;
    ulong _tail; // The reader's position as last seen: looked at again only when the ring seems full.

    RingWriter(byte* ring, int slots, int owned)
    {
        _ring = (RingHeader*)ring;
        _slots = (HookRecord*)(ring + RingHeader.Bytes);
        _mask = (ulong)slots - 1;
        _owned = owned;
        _tail = Volatile.Read(ref _ring->Tail);
    }

    /// <summary>Takes a free ring of a region for the calling thread; false when all are taken. One that still holds records of its last thread is not free, because a reader would take them for this thread's.</summary>
    public static bool TryTake(byte* region, RegionLayout layout, int thread, out RingWriter writer)
    {
        for (int i = 0; i < layout.Rings; i++)
        {
            byte* at = region + layout.RingOffset(i);
            var ring = (RingHeader*)at;
            int owned = Volatile.Read(ref ring->Owned);
            if ((owned & 1) != 0 || ring->Head != Volatile.Read(ref ring->Tail) || Interlocked.CompareExchange(ref ring->Owned, owned + 1, owned) != owned)
                continue;
            ring->Thread = thread;
            writer = new RingWriter(at, layout.Slots, owned + 1);
            return true;
        }
        writer = default;
        return false;
    }

    /// <summary>Where the ring begins, whose memory is to be there before the first record is written.</summary>
    public readonly byte* Start => (byte*)_ring;

    /// <summary>Writes a record without text; false when the ring is full, which is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(in HookRecord record)
    {
        ulong head = _ring->Head;
        if (head - _tail > _mask && !LooksAgain(head, 0))
            return false;
        Put(record, head, 0);
        Volatile.Write(ref _ring->Head, head + 1);
        return true;
    }

    /// <summary>Writes a record and its text, at most <see cref="HookLimits.MaxTextBytes"/>.</summary>
    public bool TryWrite(in HookRecord record, ReadOnlySpan<byte> text)
    {
        uint slots = (uint)(text.Length + HookRecord.Bytes - 1) / HookRecord.Bytes;
        ulong head = _ring->Head;
        if (head + slots - _tail > _mask && !LooksAgain(head, slots))
            return false;
        Put(record, head, slots);
        var ring = new Span<byte>(_slots, (int)(_mask + 1) * HookRecord.Bytes);
        int at = (int)(head + 1 & _mask) * HookRecord.Bytes, untilEnd = Math.Min(text.Length, ring.Length - at);
        text[..untilEnd].CopyTo(ring[at..]);
        text[untilEnd..].CopyTo(ring);
        // What an earlier lap left behind the last field must not look like one.
        if ((text.Length & HookRecord.Bytes - 1) != 0)
            ring[(int)((head + 1) * HookRecord.Bytes + (ulong)text.Length & (ulong)ring.Length - 1)] = 0;
        Volatile.Write(ref _ring->Head, head + 1 + slots);
        return true;
    }

    /// <summary>Gives the ring back; what is in it can still be read.</summary>
    public readonly void GiveBack() => Interlocked.CompareExchange(ref _ring->Owned, _owned + 1, _owned);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    readonly void Put(in HookRecord record, ulong head, uint slots)
    {
        var slot = _slots + (head & _mask);
        *slot = record;
        slot->Sequence = (uint)head;
        slot->Flags = (ushort)((byte)record.Flags | slots << HookRecord.TextShift);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool LooksAgain(ulong head, uint slots)
    {
        _tail = Volatile.Read(ref _ring->Tail);
        if (head + slots - _tail <= _mask)
            return true;
        _ring->Dropped++;
        return false;
    }
}
