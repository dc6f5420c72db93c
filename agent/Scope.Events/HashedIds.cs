// From hashes to dense ids: open addressing over words that hold both, so that looking up is one walk through one array, takes
// no lock and allocates nothing, and the keys themselves stand once, where the ids lead. One writer at a time.
using System.Runtime.CompilerServices;

namespace Scope.Events;

/// <summary>Ids by the hashes of their keys; whoever asks compares the keys.</summary>
sealed class HashedIds(int least = 256)
{
    volatile ulong[] _slots = new ulong[least];

    /// <summary>How many ids it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The ids under a hash, to be asked for one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Candidates Of(uint hash) => new(_slots, hash);

    /// <summary>Adds an id. Whatever it leads to must be there already: readers may follow it at once.</summary>
    public void Add(uint hash, int id)
    {
        if (Count * 2 >= _slots.Length) Grow();
        Put(_slots, (ulong)hash << 32 | (uint)id);
        Count++;
    }

    /// <summary>Forgets all. For tables that are read under their writer's lock only.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    /// <summary>A hash whose bits all depend on all of the given one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mixed(uint hash)
    {
        hash = (hash ^ hash >> 16) * 0x85EBCA6B;
        hash = (hash ^ hash >> 13) * 0xC2B2AE35;
        return hash ^ hash >> 16;
    }

    void Grow()
    {
        var (old, grown) = (_slots, new ulong[_slots.Length * 2]);
        foreach (var slot in old) if (slot != 0) Put(grown, slot);
        _slots = grown;
    }

    static void Put(ulong[] slots, ulong slot)
    {
        var at = Home(slots, (uint)(slot >> 32));
        while (slots[at] != 0) at = at + 1 & slots.Length - 1;
        Volatile.Write(ref slots[at], slot);
    }

    static int Home(ulong[] slots, uint hash) => (int)hash & slots.Length - 1;

    /// <summary>The ids that may be the one.</summary>
    public ref struct Candidates(ulong[] slots, uint hash)
    {
        int _at = Home(slots, hash);

        /// <summary>The next id; 0 when there is none.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int Next()
        {
            while (true)
            {
                var slot = Volatile.Read(ref slots[_at]);
                _at = _at + 1 & slots.Length - 1;
                if (slot == 0) return 0;
                if ((uint)(slot >> 32) == hash) return (int)slot;
            }
        }
    }
}
