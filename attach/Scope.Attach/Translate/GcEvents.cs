// The garbage collector's events. A pause is what stops the target: from the begin of a suspension for a GC to the end of
// the restart after it. The sampler suspends all threads too, hundreds of times a second; its suspensions are left out.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates collections, pauses, heap sizes and allocation samples.</summary>
sealed class GcEvents(Translation t)
{
    const int OpenCollections = 8; // A background collection and the ephemeral ones inside it.
    const double SampleMeanBytes = 100 * 1024; // The runtime samples one byte in so many.
    const uint ReasonGc = 1, ReasonGcPrepare = 6;

    static readonly string[] Reasons =
    [
        "small object allocation", "induced", "low memory", "empty", "large object allocation", "out of space, small objects",
        "out of space, large objects", "induced, not forced", "internal", "induced, low memory", "induced, compacting", "low memory of the host",
        "pinned object allocation", "low memory of the host, blocking", "background tuning, small objects", "background tuning, large objects",
        "background stepping", "induced, aggressive",
    ];

    static readonly string[] HeapFields = ["gen0", "promoted0", "gen1", "promoted1", "gen2", "promoted2", "loh", "promoted3"];

    readonly (uint Number, EventTime Start, NameId Reason)[] _open = new (uint, EventTime, NameId)[OpenCollections];
    readonly NameId _pauseForGc = t.Names.Intern("GC"), _pauseToPrepare = t.Names.Intern("GC preparation");
    readonly NameId _poh = t.Names.Intern("poh"), _pinned = t.Names.Intern("pinned"), _handles = t.Names.Intern("handles"), _promoted = t.Names.Intern("promoted");
    readonly NameId[] _heapKeys = [.. HeapFields.Select(f => t.Names.Intern(f))];
    readonly NameId[] _reasons = [.. Reasons.Select(r => t.Names.Intern(r))];
    readonly Dictionary<long, (uint Reason, EventTime At)> _suspensions = [];
    ushort _generation;

    public void Register(EventTable table)
    {
        table.Add(Providers.Runtime, 1, Start);
        table.Add(Providers.Runtime, 2, End);
        table.Add(Providers.Runtime, 3, Restarted);
        table.Add(Providers.Runtime, 4, HeapSizes);
        table.Add(Providers.Runtime, 9, Suspending);
        table.Add(Providers.Runtime, 10, AllocationTick);
        table.Add(Providers.Runtime, 303, AllocationSampled);
    }

    // Count, Depth, Reason, Type …
    void Start(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.GcStart, e);
        var number = payload.UInt32();
        made.Value = number;
        made.Detail = _generation = (ushort)payload.UInt32();
        var reason = payload.UInt32();
        made.Name = reason < _reasons.Length ? _reasons[reason] : default;
        _open[number % OpenCollections] = (number, made.Time, made.Name);
        t.Emit(row, made, ref payload);
    }

    // Count, Depth …
    void End(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.GcEnd, e);
        var number = payload.UInt32();
        made.Detail = (ushort)payload.UInt32();
        var open = _open[number % OpenCollections];
        if (open.Number == number && open.Start != default) (made.Value, made.Name) = (made.Time - open.Start, open.Reason);
        else made.Flags |= EventFlags.Partial;
        t.Emit(row, made, ref payload);
    }

    // Reason, Count … The collector and the sampler begin to suspend at the same time now and then, before one of them has to
    // wait for the other; whoever suspends is the one who restarts.
    void Suspending(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var reason = payload.UInt32();
        if (reason is ReasonGc or ReasonGcPrepare && _suspensions.Count < Limits.Threads) _suspensions[e.ThreadId] = (reason, t.TimeOf(e.Ticks));
    }

    void Restarted(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        if (!_suspensions.Remove(e.ThreadId, out var suspension)) return;
        var made = t.New(EventKind.GcPause, e);
        made.Value = made.Time - suspension.At;
        made.Name = suspension.Reason == ReasonGc ? _pauseForGc : _pauseToPrepare;
        made.Detail = _generation;
        t.Emit(row, made, ref payload);
    }

    // Size and promoted bytes of generations 0 to 3, finalization promoted size and count, pinned, sync blocks, handles, CLR
    // instance; since version 2 the pinned heap's size and promoted bytes.
    void HeapSizes(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.GcHeap, e);
        var writer = t.NewPayload();
        ulong total = 0, promoted = 0;
        for (var i = 0; i < _heapKeys.Length; i++)
        {
            var bytes = payload.UInt64();
            if (i % 2 == 0) total += bytes; else promoted += bytes;
            if (i % 2 == 0) AddNumber(ref writer, _heapKeys[i], bytes);
        }
        payload.Skip(16);
        AddNumber(ref writer, _pinned, payload.UInt32());
        payload.Skip(4);
        AddNumber(ref writer, _handles, payload.UInt32());
        payload.Skip(2);
        if (payload.Rest.Length >= 16)
        {
            var pinnedHeap = payload.UInt64();
            total += pinnedHeap;
            promoted += payload.UInt64();
            AddNumber(ref writer, _poh, pinnedHeap);
        }
        AddNumber(ref writer, _promoted, promoted);
        made.Value = (long)total;
        if (!payload.IsTorn) t.Keep(writer, ref made);
        t.Emit(row, made, ref payload);
    }

    // Amount, kind, CLR instance, amount in 64 bits, type id, type name …
    void AllocationTick(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.Allocation, e);
        made.Value = payload.UInt32();
        made.Detail = (ushort)payload.UInt32();
        payload.Skip(2);
        made.Value = (long)payload.UInt64();
        payload.Pointer();
        made.Name = t.Texts.Intern(payload.Text());
        t.Emit(row, made, ref payload);
    }

    // Kind, CLR instance, type id, type name, address, size, sampled offset.
    void AllocationSampled(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.Allocation, e);
        made.Detail = (ushort)payload.UInt32();
        payload.Skip(2);
        payload.Pointer();
        made.Name = t.Texts.Intern(payload.Text());
        payload.Pointer();
        var size = (double)payload.UInt64();
        // An object of this size is hit with the chance 1 - e^(-size/mean), so it stands for its size over that.
        made.Value = (long)(size / -double.ExpM1(-size / SampleMeanBytes));
        t.Emit(row, made, ref payload);
    }

    internal static void AddNumber(ref PayloadWriter writer, NameId key, ulong number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out var length);
        writer.Add(key, digits[..length]);
    }
}
