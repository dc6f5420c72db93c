// Writes a trace in version 6, by the published description of the format: what the reader is tested on, as no runtime here writes it.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

sealed class BlockTraceWriter(TraceModel model, bool isCompressed = true)
{
    const int EndKind = 0, TraceKind = 1, EventKind = 2, MetadataKind = 3, SequencePointKind = 4, StackKind = 5, ThreadKind = 6, RemoveThreadKind = 7, LabelKind = 8;

    readonly ByteWriter _out = new();
    readonly Dictionary<long, int> _threads = [];

    /// <summary>Events between two sequence points, which are also those of a batch.</summary>
    public int BatchEvents { get; init; } = 64;

    /// <summary>Numbers sorts anew after each sequence point, as the format allows.</summary>
    public bool ForgetsMetadata { get; init; }

    /// <summary>Whether it says at the end that it is the end.</summary>
    public bool Ends { get; init; } = true;

    public byte[] Write()
    {
        _out.Raw("Nettrace"u8).I32(0).I32(6).I32(0);
        var h = model.Header;
        Block(TraceKind, new ByteWriter().SystemTime(h.StartUtc).I64(h.StartTicks).I64(h.TicksPerSecond).I32(h.PointerSize).I32(3)
            .Utf8("ProcessId").Utf8($"{h.ProcessId}").Utf8("HardwareThreadCount").Utf8($"{h.ProcessorCount}").Utf8("Höst").Utf8("π"));
        var reached = new Dictionary<long, uint>();
        var isFirst = true;
        foreach (var batch in TraceRuns.Batches(model, BatchEvents))
        {
            if (isFirst || ForgetsMetadata) Block(MetadataKind, Metadata());
            isFirst = false;
            WriteBatch(batch, reached);
        }
        if (!Ends) return _out.ToArray();
        var removed = new ByteWriter();
        foreach (var (thread, sequence) in reached) removed.Number((uint)_threads[thread]).Number(sequence);
        Block(RemoveThreadKind, removed);
        Block(EndKind, new());
        return _out.ToArray();
    }

    void WriteBatch(List<List<ModelEvent>> batch, Dictionary<long, uint> reached)
    {
        var all = batch.SelectMany(r => r).ToList();
        TellThreads(all.SelectMany(e => new[] { e.Header.CaptureThreadId, e.Header.ThreadId }));
        var stacks = TraceRuns.Stacks(all);
        var block = new ByteWriter().I32(1).I32(stacks.Count);
        foreach (var (_, bytes) in stacks.Values) block.I32(bytes.Length).Raw(bytes);
        Block(StackKind, block);
        var labels = Labels(all);
        var events = new ByteWriter().U16(20).U16(isCompressed ? 1 : 0).I64(0).I64(long.MaxValue);
        var before = default(NettraceEvent);
        foreach (var run in batch)
        {
            foreach (var e in run)
            {
                var (stack, label) = (stacks[Convert.ToHexString(e.Stack)].Id, labels.GetValueOrDefault((e.Header.ActivityId, e.Header.RelatedActivityId)));
                if (isCompressed) Compressed(events, e, stack, label, e == run[0], in before); else Plain(events, e, stack, label, e == run[0]);
                before = e.Header;
                reached[e.Header.CaptureThreadId] = e.Header.Sequence;
            }
        }
        Block(EventKind, events);
        var point = new ByteWriter().I64(all.Max(e => e.Header.Ticks)).I32(ForgetsMetadata ? 2 : 0).I32(reached.Count);
        foreach (var (thread, sequence) in reached) point.Number((uint)_threads[thread]).Number(sequence);
        Block(SequencePointKind, point);
    }

    void TellThreads(IEnumerable<long> threads)
    {
        var block = new ByteWriter();
        foreach (var thread in threads.Distinct())
        {
            if (!_threads.TryAdd(thread, _threads.Count + 1)) continue;
            block.Sized16(row => row.Number((uint)_threads[thread]).U8(1).Utf8($"thread {thread}").U8(2).Number((uint)model.Header.ProcessId).U8(3).Number((ulong)thread)
                .U8(4).Utf8("a").Utf8("b"));
        }
        if (block.Length > 0) Block(ThreadKind, block);
    }

    Dictionary<(Guid, Guid), int> Labels(List<ModelEvent> events)
    {
        var lists = events.Select(e => (e.Header.ActivityId, e.Header.RelatedActivityId)).Distinct().Where(l => l != default).ToList();
        if (lists.Count == 0) return [];
        var block = new ByteWriter().I32(1).I32(lists.Count);
        foreach (var (activity, related) in lists)
            block.U8(1).Guid(activity).U8(2).Guid(related).U8(5).Utf8("key").Utf8("value").U8(0x80 | 6).Utf8("n").Number(42);
        Block(LabelKind, block);
        return lists.Select((list, n) => (list, n)).ToDictionary(l => l.list, l => l.n + 1);
    }

    void Compressed(ByteWriter block, ModelEvent e, int stack, int label, bool isSorted, in NettraceEvent before)
    {
        var h = e.Header;
        block.U8(1 | 2 | 4 | 8 | 16 | 128 | (isSorted ? 64 : 0)).Number((uint)e.Sort).Number(unchecked(h.Sequence - 1 - before.Sequence)).Number((uint)_threads[h.CaptureThreadId])
            .Number((uint)h.Processor).Number((uint)_threads[h.ThreadId]).Number((uint)stack).Number((ulong)(h.Ticks - before.Ticks)).Number((uint)label)
            .Number((uint)e.Payload.Length).Raw(e.Payload);
    }

    void Plain(ByteWriter block, ModelEvent e, int stack, int label, bool isSorted)
    {
        var h = e.Header;
        block.I32(48 + e.Payload.Length).I32(isSorted ? e.Sort : e.Sort | int.MinValue).I32((int)h.Sequence).I64(_threads[h.ThreadId]).I64(_threads[h.CaptureThreadId])
            .I32(h.Processor).I32(stack).I64(h.Ticks).I32(label).I32(e.Payload.Length).Raw(e.Payload);
    }

    ByteWriter Metadata()
    {
        var block = new ByteWriter().U16(3).Raw(1, 2, 3);
        foreach (var sort in model.Sorts)
            block.Sized16(row =>
            {
                row.Number((uint)sort.MetadataId).Utf8(sort.Provider).Number((uint)sort.EventId).Utf8(sort.EventName);
                Fields(row, sort.Fields);
                row.Sized16(o => o.U8(1).U8(sort.Opcode).U8(3).I64(sort.Keywords).U8(8).U8(sort.Level).U8(9).U8(sort.Version).U8(6).Utf8("k").Utf8("v").U8(5).Utf8("what it is"));
            });
        return block;
    }

    static void Fields(ByteWriter row, IReadOnlyList<NettraceField> fields)
    {
        row.U16(fields.Count);
        foreach (var field in fields)
            row.Sized16(f =>
            {
                f.Utf8(field.Name).U8(field.TypeCode);
                if (field.TypeCode == 19) f.U8(field.ElementTypeCode);
                if (field.TypeCode == 1) Fields(f, field.Inner);
            });
    }

    void Block(int kind, ByteWriter content) => _out.I32(content.Length | kind << 24).Raw(content.ToArray());
}
