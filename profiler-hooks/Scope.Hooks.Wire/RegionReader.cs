// The reading side, in the agent. The memory belongs to a process that may be damaged or hostile and may change any byte
// at any time: the layout is read once and checked against the size that we mapped, every position is taken for a claim,
// and every record is copied before it is looked at. What makes no sense is counted and skipped; nothing here can throw,
// loop on the target's word, or reach outside of the region.
//
//  1. Each drain reads the heads of all rings once: what is written later is the next drain's.
//  2. The ring whose next record is the oldest gives a run of records, up to the oldest of the others: all rings come out
//     as one stream in the order of time. What is younger than the caller wants stays in its ring.
//  3. The room of what was read is given back once a batch.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>Receives records.</summary>
/// <param name="thread">The thread that the ring says it is of.</param>
/// <param name="record">A copy of the record.</param>
/// <param name="text">A copy of the text behind it, for a <see cref="HookTextReader"/>; good until the next record.</param>
public delegate void HookRecordHandler(int thread, in HookRecord record, ReadOnlySpan<byte> text);

/// <summary>Reads a region that another process writes.</summary>
public sealed unsafe class RegionReader
{
    readonly byte* _region;
    readonly RingCursor[] _cursors;
    readonly int[] _active;
    readonly byte[] _text = new byte[HookLimits.MaxTextBytes];
    int _actives;

    RegionReader(byte* region, RegionLayout layout)
    {
        _region = region;
        Layout = layout;
        _active = new int[layout.Rings];
        _cursors = new RingCursor[layout.Rings];
        for (int i = 0; i < layout.Rings; i++)
            (_cursors[i].Tail, _cursors[i].DroppedBefore) = (Volatile.Read(ref Ring(i)->Tail), Volatile.Read(ref Ring(i)->Dropped));
    }

    /// <summary>Opens a region.</summary>
    /// <param name="region">Where it is mapped.</param>
    /// <param name="bytes">How much is mapped: nothing beyond is touched, whatever the head says.</param>
    /// <param name="why">What is wrong with it, when null is returned.</param>
    public static RegionReader? Open(byte* region, long bytes, out string why)
    {
        if (bytes < RegionHeader.Bytes)
        {
            why = $"it is {bytes} bytes long, less than its head";
            return null;
        }
        var head = Unsafe.ReadUnaligned<RegionHeader>(region);
        why = head.Magic != RegionHeader.ExpectedMagic ? "it does not begin as a region of ours does"
            : head.Version != RegionHeader.CurrentVersion ? $"it is of version {head.Version}, and we read {RegionHeader.CurrentVersion}"
            : "";
        if (why.Length > 0)
            return null;
        var layout = new RegionLayout((int)head.Rings, (int)head.Slots, (int)head.TextBytes);
        if (layout.IsValid && layout.Bytes <= bytes)
            return new RegionReader(region, layout) { TicksPerSecond = head.TicksPerSecond > 0 ? head.TicksPerSecond : 1_000_000_000 };
        why = $"its head claims {head.Rings} rings of {head.Slots} records and {head.TextBytes} bytes of text, which do not fit into {bytes} bytes";
        return null;
    }

    /// <summary>The layout that was checked at opening.</summary>
    public RegionLayout Layout { get; }

    /// <summary>Ticks a second of the target's clock.</summary>
    public long TicksPerSecond { get; private init; }

    /// <summary>Records that made no sense.</summary>
    public long Corrupt { get; private set; }

    /// <summary>Records that the target dropped since we opened because a ring was full.</summary>
    public long Dropped { get; private set; }

    /// <summary>Records that the target says it dropped because no ring was free for their thread.</summary>
    public long DroppedWithoutRing => Volatile.Read(ref Header->DroppedWithoutRing);

    /// <summary>Errors that the collector says it swallowed.</summary>
    public long Errors => Volatile.Read(ref Header->Errors);

    /// <summary>What the collector says it is doing.</summary>
    public HookState State => (HookState)Volatile.Read(ref Header->State);

    /// <summary>The features that the collector says are on.</summary>
    public HookFeatures Active => (HookFeatures)Volatile.Read(ref Header->Active);

    /// <summary>Asks for features and gives a sign of life; to be repeated, at least once a second.</summary>
    public void Ask(HookFeatures wanted, long nowTicks)
    {
        Volatile.Write(ref Header->Wanted, (int)wanted);
        Volatile.Write(ref Header->HeartbeatTicks, nowTicks);
    }

    /// <summary>Hands over what is there now, all rings together in the order of time; returns how many records.</summary>
    /// <param name="handler">Takes them.</param>
    /// <param name="untilTicks">What is younger stays for the next drain: a thread may still be about to publish something older.</param>
    public int Drain(HookRecordHandler handler, long untilTicks = long.MaxValue)
    {
        _actives = 0;
        for (int i = 0; i < _cursors.Length; i++)
            if (Look(i) && Peek(i))
                _active[_actives++] = i;
        int read = 0;
        while (Oldest(out long others) is >= 0 and var at && _cursors[_active[at]].Next.Ticks <= untilTicks)
        {
            int ring = _active[at];
            read += Run(ring, Math.Min(others, untilTicks), handler);
            if (!_cursors[ring].HasNext)
                _active[at] = _active[--_actives];
        }
        return read;
    }

    /// <summary>Passes over what is in the rings: their memory was given back when nobody read; what that was is counted as dropped.</summary>
    public void Forget()
    {
        for (int i = 0; i < _cursors.Length; i++)
        {
            var ring = Ring(i);
            ulong head = Volatile.Read(ref ring->Head);
            Dropped += (long)Math.Min(head - _cursors[i].Tail, (ulong)Layout.Slots);
            _cursors[i].Tail = head;
            Volatile.Write(ref ring->Tail, head);
        }
    }

    /// <summary>Frees the rings of threads that are gone and gave nothing back, once they are read; returns how many.</summary>
    /// <param name="isGone">Whether there is no such thread in the target.</param>
    public int Reap(Func<int, bool> isGone)
    {
        int freed = 0;
        for (int i = 0; i < _cursors.Length; i++)
        {
            var ring = Ring(i);
            int owned = Volatile.Read(ref ring->Owned);
            if ((owned & 1) != 0 && isGone(Volatile.Read(ref ring->Thread)) && Volatile.Read(ref ring->Head) == _cursors[i].Tail && Interlocked.CompareExchange(ref ring->Owned, owned + 1, owned) == owned)
                freed++;
        }
        return freed;
    }

    // Whether a ring has something new; what its writer says of it is believed for this drain.
    bool Look(int index)
    {
        ref var cursor = ref _cursors[index];
        var ring = Ring(index);
        CountDrops(ref cursor, Volatile.Read(ref ring->Dropped));
        ulong head = Volatile.Read(ref ring->Head);
        // A head that ran away from what a writer can have written: what lies between is lost, and we begin again there.
        if (head - cursor.Tail > (ulong)Layout.Slots)
        {
            Corrupt++;
            cursor.Tail = head;
            Volatile.Write(ref ring->Tail, head);
        }
        cursor.Head = head;
        cursor.Thread = Volatile.Read(ref ring->Thread);
        return head != cursor.Tail;
    }

    // Copies a ring's next record, past what is none; false when there is no more.
    bool Peek(int index)
    {
        ref var cursor = ref _cursors[index];
        var slots = Slots(index);
        for (cursor.HasNext = false; !cursor.HasNext && cursor.Tail != cursor.Head;)
        {
            cursor.Next = Unsafe.ReadUnaligned<HookRecord>(slots + (cursor.Tail & (ulong)(Layout.Slots - 1)));
            cursor.HasNext = cursor.Next.Sequence == (uint)cursor.Tail && cursor.Next.Kind != HookKind.None
                && TextSlots(cursor.Next) is var text && text <= HookLimits.MaxTextBytes / HookRecord.Bytes && (ulong)text < cursor.Head - cursor.Tail;
            if (cursor.HasNext)
                break;
            Corrupt++;
            cursor.Tail++;
        }
        return cursor.HasNext;
    }

    // The place in the list of active rings of the one that is next, and the time of the one after it.
    int Oldest(out long others)
    {
        int oldest = -1;
        long first = others = long.MaxValue;
        for (int i = 0; i < _actives; i++)
        {
            long ticks = _cursors[_active[i]].Next.Ticks;
            if (oldest < 0 || ticks < first)
                (others, first, oldest) = (oldest < 0 ? long.MaxValue : first, ticks, i);
            else if (ticks < others)
                others = ticks;
        }
        return oldest;
    }

    int Run(int index, long until, HookRecordHandler handler)
    {
        ref var cursor = ref _cursors[index];
        var ring = Ring(index);
        int read = 0;
        do
        {
            int text = TextSlots(cursor.Next) * HookRecord.Bytes;
            if (text > 0)
                CopyText(Slots(index), cursor.Tail + 1, text);
            handler(cursor.Thread, cursor.Next, _text.AsSpan(0, text));
            cursor.Tail += 1 + (ulong)text / HookRecord.Bytes;
            if (++read % HookLimits.DrainBatch == 0)
                Volatile.Write(ref ring->Tail, cursor.Tail);
        } while (Peek(index) && cursor.Next.Ticks <= until);
        Volatile.Write(ref ring->Tail, cursor.Tail);
        return read;
    }

    void CopyText(HookRecord* slots, ulong position, int bytes)
    {
        var ring = MemoryMarshal.AsBytes(new ReadOnlySpan<HookRecord>(slots, Layout.Slots));
        int at = (int)(position & (ulong)(Layout.Slots - 1)) * HookRecord.Bytes, untilEnd = Math.Min(bytes, ring.Length - at);
        ring.Slice(at, untilEnd).CopyTo(_text);
        ring[..(bytes - untilEnd)].CopyTo(_text.AsSpan(untilEnd));
    }

    void CountDrops(ref RingCursor cursor, long claimed)
    {
        long more = claimed - cursor.DroppedBefore;
        if (more > 0)
            Dropped += more;
        cursor.DroppedBefore = claimed;
    }

    static int TextSlots(in HookRecord record) => record.Flags >> HookRecord.TextShift;

    RegionHeader* Header => (RegionHeader*)_region;

    RingHeader* Ring(int index) => (RingHeader*)(_region + Layout.RingOffset(index));

    HookRecord* Slots(int index) => (HookRecord*)((byte*)Ring(index) + RingHeader.Bytes);

    /// <summary>How far one ring is read.</summary>
    struct RingCursor
    {
        public ulong Tail, Head;
        public long DroppedBefore;
        public int Thread;
        public bool HasNext;
        public HookRecord Next;
    }
}
