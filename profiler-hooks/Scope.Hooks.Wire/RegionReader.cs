// The reading side, in the agent. The memory belongs to a process that may be damaged or hostile and may change any byte
// at any time: the layout is read once and checked against the size that we mapped, every position is taken for a claim,
// and every record is copied before it is looked at. What makes no sense is counted and skipped; nothing here can throw,
// loop on the target's word, or reach outside of the region.
using System.Runtime.CompilerServices;

namespace Scope.Hooks.Wire;

/// <summary>Receives records.</summary>
/// <param name="thread">The thread that the ring says it is of.</param>
/// <param name="record">A copy of the record.</param>
public delegate void HookRecordHandler(int thread, in HookRecord record);

/// <summary>Reads a region that another process writes.</summary>
public sealed unsafe class RegionReader
{
    readonly byte* _region;
    readonly ulong[] _tails;
    readonly long[] _droppedBefore;

    RegionReader(byte* region, RegionLayout layout)
    {
        _region = region;
        Layout = layout;
        _tails = new ulong[layout.Rings];
        _droppedBefore = new long[layout.Rings];
        for (int i = 0; i < layout.Rings; i++)
            _tails[i] = Volatile.Read(ref Ring(i)->Tail);
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

    /// <summary>Records that the target dropped since we opened, full rings and missing ones together.</summary>
    public long Dropped { get; private set; }

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

    /// <summary>Hands over what is there now, ring by ring; returns how many records.</summary>
    public int Drain(HookRecordHandler handler)
    {
        int read = 0;
        for (int i = 0; i < Layout.Rings; i++)
            read += DrainRing(i, handler);
        return read;
    }

    int DrainRing(int index, HookRecordHandler handler)
    {
        var ring = Ring(index);
        CountDrops(index, Volatile.Read(ref ring->Dropped));
        ulong head = Volatile.Read(ref ring->Head);
        ulong tail = _tails[index];
        // A head that ran away from what a writer can have written: what lies between is lost, and we begin again there.
        if (head - tail > (ulong)Layout.Slots)
        {
            Corrupt++;
            tail = head;
        }
        int thread = Volatile.Read(ref ring->Thread);
        var slots = (HookRecord*)((byte*)ring + RingHeader.Bytes);
        int read = 0;
        for (; tail != head; tail++)
        {
            var record = Unsafe.ReadUnaligned<HookRecord>(slots + (tail & (ulong)(Layout.Slots - 1)));
            if (record.Sequence != (uint)tail || record.Kind is < HookKind.SpanStart or > HookKind.Handshake)
            {
                Corrupt++;
                continue;
            }
            handler(thread, record);
            read++;
        }
        _tails[index] = tail;
        Volatile.Write(ref ring->Tail, tail);
        return read;
    }

    void CountDrops(int index, long claimed)
    {
        long more = claimed - _droppedBefore[index];
        if (more > 0)
            Dropped += more;
        _droppedBefore[index] = claimed;
    }

    RegionHeader* Header => (RegionHeader*)_region;

    RingHeader* Ring(int index) => (RingHeader*)(_region + Layout.RingOffset(index));
}
