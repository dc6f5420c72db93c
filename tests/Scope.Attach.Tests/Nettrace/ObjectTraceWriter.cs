// Writes a trace in version 3, 4 or 5, by the published description of the format: what the reader is tested on where no
// writer of that version is at hand. Version 5 calls itself 4, as the runtime's does: it is 4 with tags behind its metadata.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

sealed class ObjectTraceWriter(TraceModel model, int version, bool isCompressed = true)
{
    /// <summary>Events between two sequence points, which are also those of a batch.</summary>
    public int BatchEvents { get; init; } = 64;

    readonly ByteWriter _out = new();

    int BeginTag => version == 3 ? 4 : 5;

    public byte[] Write()
    {
        if (version >= 4) _out.Raw("Nettrace"u8);
        _out.I32(20).Raw("!FastSerialization.1"u8);
        Begin("Trace", Math.Min(version, 4));
        var h = model.Header;
        _out.SystemTime(h.StartUtc).I64(h.StartTicks).I64(h.TicksPerSecond).I32(h.PointerSize).I32(h.ProcessId).I32(h.ProcessorCount).I32(0).U8(6);
        if (version == 3) WriteV3(); else WriteBatches();
        return _out.U8(1).ToArray();
    }

    void WriteV3()
    {
        var block = new ByteWriter();
        foreach (var sort in model.Sorts) EventV3(block, 0, default, Metadata(sort), []);
        foreach (var e in model.Events)
        {
            EventV3(block, e.Sort, e.Header, e.Payload, e.Stack);
            if (block.Length < 4000) continue;
            Block("EventBlock", block);
            block = new();
        }
        Block("EventBlock", block);
    }

    static void EventV3(ByteWriter block, int sort, in NettraceEvent e, byte[] payload, byte[] stack)
    {
        var rest = new ByteWriter().I32(sort).I32((int)e.ThreadId).I64(e.Ticks).Guid(e.ActivityId).Guid(e.RelatedActivityId)
            .I32(payload.Length).Raw(payload).I32(stack.Length).Raw(stack).Pad4();
        block.I32(rest.Length).Raw(rest.ToArray());
    }

    void WriteBatches()
    {
        var metadata = BlockHeader();
        var before = default(NettraceEvent);
        foreach (var sort in model.Sorts) Event(metadata, 0, default, Metadata(sort), 0, false, ref before, isFirst: sort == model.Sorts[0]);
        Block("MetadataBlock", metadata);
        var reached = new Dictionary<long, uint>();
        foreach (var batch in TraceRuns.Batches(model, BatchEvents)) WriteBatch(batch, reached);
    }

    void WriteBatch(List<List<ModelEvent>> batch, Dictionary<long, uint> reached)
    {
        var stacks = TraceRuns.Stacks(batch.SelectMany(r => r));
        var block = new ByteWriter().I32(1).I32(stacks.Count);
        foreach (var (_, bytes) in stacks.Values) block.I32(bytes.Length).Raw(bytes);
        Block("StackBlock", block);
        var events = BlockHeader();
        var before = default(NettraceEvent);
        var isFirst = true;
        foreach (var run in batch)
        {
            foreach (var e in run)
            {
                Event(events, e.Sort, e.Header, e.Payload, stacks[Convert.ToHexString(e.Stack)].Id, e == run[0], ref before, isFirst);
                isFirst = false;
                reached[e.Header.CaptureThreadId] = e.Header.Sequence;
            }
        }
        Block("EventBlock", events);
        var point = new ByteWriter().I64(batch.Max(r => r[^1].Header.Ticks)).I32(reached.Count);
        foreach (var (thread, sequence) in reached) point.I64(thread).I32((int)sequence);
        Block("SPBlock", point);
    }

    ByteWriter BlockHeader() => new ByteWriter().U16(20).U16(isCompressed ? 1 : 0).I64(0).I64(long.MaxValue);

    void Event(ByteWriter block, int sort, in NettraceEvent e, byte[] payload, int stack, bool isSorted, ref NettraceEvent before, bool isFirst)
    {
        if (isCompressed) Compressed(block, sort, in e, payload, stack, isSorted, in before, isFirst); else Plain(block, sort, in e, payload, stack, isSorted);
        before = e;
        before.StackId = stack;
    }

    static void Compressed(ByteWriter block, int sort, in NettraceEvent e, byte[] payload, int stack, bool isSorted, in NettraceEvent before, bool isFirst)
    {
        var jumps = sort != 0 && (isFirst || e.CaptureThreadId != before.CaptureThreadId || e.Sequence != before.Sequence + 1 || e.Processor != before.Processor);
        var flags = 1 | 128 | (jumps ? 2 : 0) | (isFirst || e.ThreadId != before.ThreadId ? 4 : 0) | (isFirst || stack != before.StackId ? 8 : 0)
            | (e.ActivityId != before.ActivityId ? 16 : 0) | (e.RelatedActivityId != before.RelatedActivityId ? 32 : 0) | (isSorted ? 64 : 0);
        block.U8(flags).Number((uint)sort);
        if ((flags & 2) != 0) block.Number(unchecked(e.Sequence - 1 - (isFirst ? 0 : before.Sequence))).Number((ulong)e.CaptureThreadId).Number((uint)e.Processor);
        if ((flags & 4) != 0) block.Number((ulong)e.ThreadId);
        if ((flags & 8) != 0) block.Number((uint)stack);
        block.Number((ulong)(e.Ticks - before.Ticks));
        if ((flags & 16) != 0) block.Guid(e.ActivityId);
        if ((flags & 32) != 0) block.Guid(e.RelatedActivityId);
        block.Number((uint)payload.Length).Raw(payload);
    }

    static void Plain(ByteWriter block, int sort, in NettraceEvent e, byte[] payload, int stack, bool isSorted) =>
        block.I32(76 + payload.Length).I32(isSorted ? sort : sort | int.MinValue).I32((int)e.Sequence).I64(e.ThreadId).I64(e.CaptureThreadId).I32(e.Processor)
            .I32(stack).I64(e.Ticks).Guid(e.ActivityId).Guid(e.RelatedActivityId).I32(payload.Length).Raw(payload).Pad4();

    byte[] Metadata(NettraceMetadata sort)
    {
        var bytes = new ByteWriter().I32(sort.MetadataId).Utf16Z(sort.Provider).I32(sort.EventId).Utf16Z(sort.EventName)
            .I64(sort.Keywords).I32(sort.Version).I32(sort.Level);
        if (version < 5)
        {
            Fields(bytes, sort.Fields.Any(f => f.TypeCode == 19) ? [] : sort.Fields); // Arrays came with version 5.
            return bytes.ToArray();
        }
        var fields = new ByteWriter();
        SizedFields(fields, sort.Fields);
        bytes.I32(0).I32(1).U8(1).U8(sort.Opcode);
        if (sort.Fields.Count > 0) bytes.I32(fields.Length).U8(2).Raw(fields.ToArray());
        // A tag that nobody knows, so that whoever does not skip the padding of events that are not compressed (TraceEvent) stands right too.
        var fill = (4 - (bytes.Length + 5) % 4) % 4;
        return bytes.I32(fill).U8(77).Raw(new byte[fill]).ToArray();
    }

    static void Fields(ByteWriter bytes, IReadOnlyList<NettraceField> fields)
    {
        bytes.I32(fields.Count);
        foreach (var field in fields)
        {
            bytes.I32(field.TypeCode);
            if (field.TypeCode == 1) Fields(bytes, field.Inner);
            bytes.Utf16Z(field.Name);
        }
    }

    static void SizedFields(ByteWriter bytes, IReadOnlyList<NettraceField> fields)
    {
        bytes.I32(fields.Count);
        foreach (var field in fields)
        {
            var inner = new ByteWriter().Utf16Z(field.Name).I32(field.TypeCode);
            if (field.TypeCode == 19) inner.I32(field.ElementTypeCode);
            if (field.TypeCode == 1) SizedFields(inner, field.Inner);
            bytes.I32(inner.Length + 4).Raw(inner.ToArray());
        }
    }

    void Begin(string type, int typeVersion) => _out.U8(BeginTag).U8(BeginTag).U8(1).I32(typeVersion).I32(typeVersion).I32(type.Length).Raw(System.Text.Encoding.UTF8.GetBytes(type)).U8(6);

    void Block(string type, ByteWriter content)
    {
        Begin(type, version == 3 ? 1 : 2);
        _out.I32(content.Length).Pad4().Raw(content.ToArray()).U8(6);
    }
}
