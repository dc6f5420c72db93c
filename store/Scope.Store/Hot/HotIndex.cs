// The hot index: the newest events in memory, to be asked from any thread while they come.
//
// How it works
//  1. An event's id is its position. Events lie in the order of time in blocks of fixed size; the newest block fills up,
//     the oldest goes when a limit is passed.
//  2. For each of eight keys (thread, span, flow, method, code node, kind, target, name) the events with the same key are
//     chained: each has a link that says how far back the one before is, and a head table knows the newest. So taking an
//     event is a few array writes and allocates nothing, and dropping a block is O(1): links that lead before the first
//     block end there.
//  3. One thread writes: event, links, heads, then the published count. Readers take the count, then the heads, then the
//     list of blocks, in this order, and so see whole events only; what came after their count they step over.
//  4. Readers count themselves in and out. A dropped block is used again only at a moment when nobody is in; else the
//     garbage collector has it, when the last reader lets go.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Store.Hot;

/// <summary>The newest events, in memory, chained by what they are asked for.</summary>
public sealed partial class HotIndex : IEventSink, IHistory
{
    // What readers and the writer share, each on lines of its own.
    [StructLayout(LayoutKind.Explicit, Size = 3 * 128)]
    struct Shared
    {
        [FieldOffset(128)] public long Published;
        [FieldOffset(256)] public int Visitors;
    }

    // Of the writer.
    HotBlock _current;
    long _next;
    EventTime _newest = EventTime.Min;
    readonly HeadTable _threads = new(), _spans = new(), _flows = new(), _methods = new(), _codeNodes = new(), _kinds = new(), _targets = new(), _names = new();
    readonly Stack<HotBlock> _spare = new();
    readonly List<HotBlock> _dropped = [];
    readonly Queue<(int Spans, int Flows)> _idsAt = new(); // How many there were when each block was begun.

    // Told to readers, and by them.
    Shared _shared;
    volatile BlockList _blocks;
    volatile HotLimits _limits;

    // Never changed.
    readonly Ledger _ledger;
    readonly HeadTable[] _heads;
    readonly int _blockEvents, _shift;
    readonly SubscriptionPump _pump;

    /// <param name="catalog">The dictionaries that the events refer to.</param>
    /// <param name="ledger">The account of losses.</param>
    /// <param name="limits">What it may hold; the usual when null.</param>
    public HotIndex(Catalog catalog, Ledger ledger, HotLimits? limits = null) : this(catalog, ledger, limits ?? new(), Limits.BlockEvents) { }

    /// <summary>With small blocks, so that tests come to their ends.</summary>
    internal HotIndex(Catalog catalog, Ledger ledger, HotLimits limits, int blockEvents)
    {
        Catalog = catalog;
        _ledger = ledger;
        _limits = limits;
        _blockEvents = blockEvents;
        _shift = System.Numerics.BitOperations.Log2((uint)blockEvents);
        _heads = [_threads, _spans, _flows, _methods, _codeNodes, _kinds, _targets, _names];
        _pump = new(this);
        _current = new(blockEvents);
        _idsAt.Enqueue((0, 0));
        _blocks = new(0, [_current], _shift);
    }

    /// <summary>Takes an event; its id is its position. An event before the newest takes that one's time and is counted.</summary>
    public EventId Append(in ScopeEvent e)
    {
        var position = _next;
        var place = (int)position & _blockEvents - 1;
        if (place == 0 && position > 0) OpenBlock(position);
        ref var row = ref _current.Event(place);
        row = e;
        if (e.Time < _newest) TakeLate(ref row); else _newest = e.Time;
        ref var links = ref _current.Links(place);
        links = _threads.Link(e.Thread.Value, position);
        Unsafe.Add(ref links, (int)Chain.Span) = _spans.Link(e.Span.Value, position);
        Unsafe.Add(ref links, (int)Chain.Flow) = _flows.Link(e.Flow.Value, position);
        Unsafe.Add(ref links, (int)Chain.Method) = _methods.Link(e.Method.Value, position);
        Unsafe.Add(ref links, (int)Chain.CodeNode) = _codeNodes.Link(e.CodeNode.Value, position);
        Unsafe.Add(ref links, (int)Chain.Kind) = _kinds.Link((int)e.Kind, position);
        Unsafe.Add(ref links, (int)Chain.Target) = _targets.Link(e.Target.Value, position);
        Unsafe.Add(ref links, (int)Chain.Name) = _names.Link(e.Name.Value, position);
        _next = position + 1;
        Volatile.Write(ref _shared.Published, position + 1);
        return new(position);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots => _snapshots;
    volatile Snapshot[] _snapshots = [];

    /// <summary>A snapshot was taken and worked out; by one thread at a time.</summary>
    public void Add(Snapshot snapshot) => _snapshots = [.. _snapshots.TakeLast(Limits.SnapshotsRead - 1), snapshot];

    /// <summary>What it may hold; another bound holds from the next block on.</summary>
    public HotLimits Bounds
    {
        get => _limits;
        set => _limits = value;
    }

    /// <summary>Time goes on without events: what has become too old is dropped.</summary>
    public void Advance(EventTime noneBefore)
    {
        if (noneBefore > _newest && noneBefore != EventTime.Max) _newest = noneBefore;
        DropTooOld();
    }

    /// <summary>Drops the blocks whose events are all before an instant, except the newest; gives how many events went. For the writer's thread.</summary>
    public long Prune(EventTime before)
    {
        var list = _blocks;
        var drop = 0;
        while (drop < list.Blocks.Length - 1 && NewestOf(list.Blocks[drop]) < before) drop++;
        DropBlocks(drop);
        return (long)drop << _shift;
    }

    /// <summary>Lets go of all but the newest block, and of payloads: what it holds is elsewhere. For the writer's thread, or when that has ended.</summary>
    public void LetGo()
    {
        Prune(EventTime.Max);
        _dropped.Clear();
        _spare.Clear();
        Catalog.Payloads.Forget(new(Catalog.Payloads.LastId));
    }

    /// <summary>What it holds now.</summary>
    public HotStatistics Statistics => new(Count, Published, Late, _blocks.Blocks.Length, Bytes(_blocks.Blocks.Length + _spare.Count),
        [.. _heads.Select((heads, i) => new ChainStatistics(((Chain)i).ToString(), heads.Keys, heads.Bytes))]);

    /// <summary>How many events came with a time before the newest.</summary>
    public long Late { get; private set; }

    long Published => Volatile.Read(ref _shared.Published);

    [MethodImpl(MethodImplOptions.NoInlining)]
    void TakeLate(ref ScopeEvent row)
    {
        row.Time = _newest;
        Late++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void OpenBlock(long position)
    {
        ReuseDropped();
        _current = _spare.TryPop(out var spare) ? spare : new(_blockEvents);
        _idsAt.Enqueue((Catalog.Spans.LastId, Catalog.Flows.LastId));
        var list = _blocks;
        _blocks = new(list.First, [.. list.Blocks, _current], _shift);
        DropTooMany(position);
        DropTooOld();
    }

    void DropTooMany(long position)
    {
        var blocks = _blocks.Blocks.Length;
        var drop = 0;
        while (blocks - drop > 1 && ((long)(blocks - drop) << _shift > _limits.Events || Bytes(blocks - drop) > _limits.Bytes)) drop++;
        DropBlocks(drop);
    }

    void DropTooOld()
    {
        if (_limits.AgeNanos != long.MaxValue && _newest != EventTime.Min) Prune(_newest - _limits.AgeNanos);
    }

    void DropBlocks(int count)
    {
        if (count == 0) return;
        var list = _blocks;
        var first = list.First + ((long)count << _shift);
        _blocks = new(first, list.Blocks[count..], _shift);
        _dropped.AddRange(list.Blocks.AsSpan(0, count));
        foreach (var heads in _heads) heads.DropPagesBefore(first);
        ForgetSpans(count);
    }

    // What events that are gone belonged to goes too, a while later.
    void ForgetSpans(int blocks)
    {
        for (; blocks > 0; blocks--) _idsAt.Dequeue();
        var (spans, flows) = _idsAt.Peek();
        Catalog.Spans.Forget(spans, _spans.HasPage);
        Catalog.Flows.Forget(flows, _flows.HasPage);
    }

    /// <summary>Blocks are used again once nobody is reading at a moment like this: who comes in later finds them no more. A few wait for that; else they would be garbage, in the middle of what stays, each time that somebody looks.</summary>
    void ReuseDropped()
    {
        if (_dropped.Count == 0) return;
        Interlocked.MemoryBarrier(); // The list without them first, then the visitors.
        if (Volatile.Read(ref _shared.Visitors) != 0)
        {
            _dropped.RemoveRange(0, Math.Max(0, _dropped.Count - Limits.SpareBlocks));
            return;
        }
        foreach (var block in _dropped) if (_spare.Count < Limits.SpareBlocks) _spare.Push(block);
        _dropped.Clear();
    }

    // Spans count here, as they are kept for these events: many short ones must not fill the memory that events leave free.
    long Bytes(int blocks) => (long)blocks * _blockEvents * HotBlock.EventBytes + _heads.Sum(h => h.Bytes) + Catalog.Spans.Bytes + Catalog.Flows.Bytes;

    EventTime NewestOf(HotBlock full) => full.Event(_blockEvents - 1).Time;
}
