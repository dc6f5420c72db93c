// What a trace says, apart from how a version of the format writes it: taken from a recording, or made up from a seed.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

sealed record ModelEvent(int Sort, NettraceEvent Header, byte[] Payload, byte[] Stack);

sealed record TraceModel(NettraceHeader Header, IReadOnlyList<NettraceMetadata> Sorts, IReadOnlyList<ModelEvent> Events)
{
    /// <summary>A small trace with all that can vary: threads, ties in time, payloads of no and of many bytes, stacks, activities, several sorts.</summary>
    public static TraceModel Random(int seed, int count)
    {
        var random = new Random(seed);
        var sorts = Enumerable.Range(1, random.Next(1, 8)).Select(id => Sort(id, random)).ToList();
        var threads = Enumerable.Range(0, random.Next(1, 6)).Select(_ => (long)random.Next(1, 100_000)).Distinct().ToList();
        var stacks = Enumerable.Range(0, 5).Select(n => Bytes(random, n * 8)).ToList();
        var sequences = threads.ToDictionary(t => t, _ => 0u);
        var events = new List<ModelEvent>();
        var ticks = 1_000_000_000L;
        for (var i = 0; i < count; i++)
        {
            ticks += random.Next(4) == 0 ? 0 : random.Next(1, 100_000);
            var thread = threads[random.Next(threads.Count)];
            var header = new NettraceEvent
            {
                Ticks = ticks, CaptureThreadId = thread, ThreadId = random.Next(8) == 0 ? random.Next(1, 100_000) : thread,
                Sequence = ++sequences[thread], Processor = random.Next(4),
                ActivityId = random.Next(3) == 0 ? Some(random) : default, RelatedActivityId = random.Next(9) == 0 ? Some(random) : default,
            };
            events.Add(new(sorts[random.Next(sorts.Count)].MetadataId, header, Bytes(random, random.Next(5) == 0 ? random.Next(400) : random.Next(12)), stacks[random.Next(stacks.Count)]));
        }
        return new(new(4, new(2026, 1, 2, 3, 4, 5, 6, DateTimeKind.Utc), 1_000_000_000, 1_000_000_000, 8, 4711, 2), sorts, events);
    }

    /// <summary>The first events of a stream.</summary>
    public static TraceModel Of(byte[] stream, int count)
    {
        var sink = new ModelSink(count);
        NettraceReader.Read(new MemoryStream(stream), sink);
        return new(sink.Header!, sink.Sorts, sink.Events);
    }

    static NettraceMetadata Sort(int id, Random random) =>
        new(id, $"Test-Provider-{random.Next(3)}", id + 100, random.Next(2) == 0 ? "" : $"Name{id}", random.Next(3), random.Next(6), random.NextInt64(), 0,
            [.. Enumerable.Range(0, random.Next(4)).Select(n => Field($"field{n}", random))]);

    static NettraceField Field(string name, Random random) => random.Next(6) == 0
        ? new(name, 1, 0, [new("inner", 9, 0, []), new("text", 18, 0, [])])
        : new(name, random.Next(5, 13), 0, []);

    static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    static Guid Some(Random random) => new(Bytes(random, 16));

    sealed class ModelSink(int count) : INettraceSink
    {
        readonly Dictionary<int, byte[]> _stacks = [];

        public NettraceHeader? Header { get; private set; }
        public List<NettraceMetadata> Sorts { get; } = [];
        public List<ModelEvent> Events { get; } = [];

        public void Begin(NettraceHeader header) => Header = header;
        public void Metadata(NettraceMetadata metadata) => Sorts.Add(metadata);
        public void Stack(int stackId, ReadOnlySpan<byte> addresses) => _stacks[stackId] = addresses.ToArray();
        public void SequencePoint(long ticks) => _stacks.Clear();
        public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) { }
        public void Advance(long noneBeforeTicks) { }

        public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload)
        {
            if (Events.Count < count) Events.Add(new(metadata.MetadataId, e, payload.ToArray(), _stacks.GetValueOrDefault(e.StackId, [])));
        }
    }
}
