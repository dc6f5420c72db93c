// The writing side of one ring: one thread, no lock, never waits. A full ring drops the new record and counts it, because
// the target must never wait for the agent.
using System.Runtime.CompilerServices;

namespace Scope.Hooks.Wire;

/// <summary>Writes records into one ring; for one thread at a time.</summary>
public unsafe struct RingWriter
{
    readonly RingHeader* _ring;
    readonly HookRecord* _slots;
    readonly ulong _mask;
    ulong _tail; // The reader's position as last seen: looked at again only when the ring seems full.

    RingWriter(byte* ring, int slots)
    {
        _ring = (RingHeader*)ring;
        _slots = (HookRecord*)(ring + RingHeader.Bytes);
        _mask = (ulong)slots - 1;
        _tail = Volatile.Read(ref _ring->Tail);
    }

    /// <summary>Takes a free ring of a region for the calling thread; false when all are taken. One that still holds records of its last thread is not free, because a reader would take them for this thread's.</summary>
    public static bool TryTake(byte* region, RegionLayout layout, int thread, out RingWriter writer)
    {
        for (int i = 0; i < layout.Rings; i++)
        {
            byte* at = region + layout.RingOffset(i);
            var ring = (RingHeader*)at;
            if (Volatile.Read(ref ring->Owned) != 0 || Interlocked.CompareExchange(ref ring->Owned, 1, 0) != 0)
                continue;
            if (ring->Head != Volatile.Read(ref ring->Tail))
            {
                Volatile.Write(ref ring->Owned, 0);
                continue;
            }
            ring->Thread = thread;
            writer = new RingWriter(at, layout.Slots);
            return true;
        }
        writer = default;
        return false;
    }

    /// <summary>Writes a record; false when the ring is full, which is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWrite(in HookRecord record)
    {
        ulong head = _ring->Head;
        if (head - _tail > _mask && !LooksAgain(head))
            return false;
        var slot = _slots + (head & _mask);
        *slot = record;
        slot->Sequence = (uint)head;
        Volatile.Write(ref _ring->Head, head + 1);
        return true;
    }

    /// <summary>Gives the ring back; what is in it can still be read.</summary>
    public readonly void GiveBack() => Volatile.Write(ref _ring->Owned, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    bool LooksAgain(ulong head)
    {
        _tail = Volatile.Read(ref _ring->Tail);
        if (head - _tail <= _mask)
            return true;
        _ring->Dropped++;
        return false;
    }
}
