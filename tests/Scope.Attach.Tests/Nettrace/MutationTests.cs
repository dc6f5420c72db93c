// Damaged streams: at least 100,000 of them, from seeds, so that a failure can be run again. Whatever the damage, reading ends soon,
// without an exception, within a bound of memory, and with everything before the damage.
using System.Diagnostics;
using Scope.Attach.Nettrace;
using Scope.Testing;

namespace Scope.Attach.Tests.Nettrace;

[TestClass]
public sealed class MutationTests
{
    const int MutationsAVersion = 40_000, TraceEvents = 40;
    const long BytesAMutation = 24 << 20;
    static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(20);

    [TestMethod]
    [DataRow(3, true), DataRow(4, true), DataRow(4, false), DataRow(5, true), DataRow(6, true)]
    public void A_mutated_stream_ends_soon_in_bounds_and_without_an_exception(int version, bool isCompressed)
    {
        var streams = Enumerable.Range(0, 8).Select(seed => VersionTests.Write(TraceModel.Random(seed, TraceEvents), version, isCompressed)).ToArray();
        var at = 0;
        var ends = new int[3];
        var work = Task.Run(() =>
        {
            for (at = 0; at < MutationsAVersion; at++)
            {
                var stream = Mutation.Of(streams[at % streams.Length], new(at));
                var before = GC.GetAllocatedBytesForCurrentThread();
                var outcome = NettraceReader.Read(new MemoryStream(stream), new CountingSink(), new() { Sorted = at % 3 != 0 });
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(BytesAMutation, $"seed {at}");
                outcome.Offset.ShouldBeInRange(0, stream.Length, $"seed {at}: {outcome}");
                outcome.IsWhole.ShouldBe(outcome.Reason.Length == 0, $"seed {at}: {outcome}");
                ends[(int)outcome.End]++;
            }
        });
        Wait(work, () => at);
        ends.ShouldAllBe(n => n > 0); // The mutations do all sorts of damage, and some none.
    }

    [TestMethod]
    [DataRow(3), DataRow(4), DataRow(5), DataRow(6)]
    public void A_stream_cut_anywhere_keeps_all_blocks_before_the_cut(int version)
    {
        var model = TraceModel.Random(21, 120);
        var stream = version == 6 ? new BlockTraceWriter(model) { BatchEvents = 10 }.Write() : new ObjectTraceWriter(model, version) { BatchEvents = 10 }.Write();
        var events = 0;
        for (var length = 0; length < stream.Length; length++)
        {
            var sink = new CollectingSink();
            var outcome = NettraceReader.Read(new MemoryStream(stream[..length]), sink);
            outcome.End.ShouldBe(length < 12 ? NettraceEnd.Broken : NettraceEnd.EndedEarly, $"cut at {length}: {outcome}");
            if (length >= 12) outcome.Offset.ShouldBe(length);
            sink.Events.Count.ShouldBeGreaterThanOrEqualTo(events, $"cut at {length}");
            events = sink.Events.Count;
        }
        events.ShouldBe(120);
    }

    [TestMethod]
    public void A_damaged_event_in_the_middle_costs_what_is_behind_it_only()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(4, 100), 4) { BatchEvents = 10 }.Write();
        var block = stream.AsSpan().IndexOf("EventBlock"u8);
        var second = block + 1 + stream.AsSpan(block + 1).IndexOf("EventBlock"u8);
        var header = second + 10 + 1 + 4;
        header += -header & 3;
        stream[header] = 5; // A header of five bytes.
        var outcome = NettraceReader.Read(new MemoryStream(stream), new CountingSink());
        outcome.End.ShouldBe(NettraceEnd.Broken);
        outcome.Offset.ShouldBe(header);
        outcome.Events.ShouldBe(10);
        outcome.ToString().ShouldBe($"broken at byte {header}: a block's header says that it has 5 bytes, of {BitConverter.ToInt32(stream, second + 11)} in the block; 10 events before it are kept, 0 lost");
    }

    [TestMethod]
    public void A_block_that_says_it_is_huge_is_not_believed_and_costs_no_memory()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(4, 10), 4).Write();
        var size = stream.AsSpan().IndexOf("EventBlock"u8) + 11;
        BitConverter.TryWriteBytes(stream.AsSpan(size), int.MaxValue).ShouldBeTrue();
        NettraceReader.Read(new MemoryStream(stream), new CountingSink()).Reason.ShouldContain("2147483647 bytes");
        BitConverter.TryWriteBytes(stream.AsSpan(size), Scope.Events.Limits.NettraceBlockBytes).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        NettraceReader.Read(new MemoryStream(stream), new CountingSink()).End.ShouldBe(NettraceEnd.EndedEarly);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2 << 20);
    }

    [TestMethod]
    public void What_is_no_nettrace_stream_is_said_to_be_none()
    {
        NettraceReader.Read(new MemoryStream("PK\u0003\u0004 surely no trace at all"u8.ToArray()), new CountingSink()).Reason.ShouldContain("no nettrace stream");
        NettraceReader.Read(new MemoryStream("Nettrace\0\0\0\0\u0007\0\0\0\0\0\0\0"u8.ToArray()), new CountingSink()).Reason.ShouldContain("version 7");
        NettraceReader.Read(new MemoryStream(), new CountingSink()).End.ShouldBe(NettraceEnd.Broken);
    }

    static void Wait(Task work, Func<int> at)
    {
        var watch = Stopwatch.StartNew();
        var (last, since) = (-1, TimeSpan.Zero);
        while (!work.Wait(200))
        {
            if (at() != last) (last, since) = (at(), watch.Elapsed);
            (watch.Elapsed - since).ShouldBeLessThan(Watchdog, $"stuck at seed {last}");
        }
    }

    /// <summary>Counts, and touches every byte, so that a payload past the end would be noticed.</summary>
    sealed class CountingSink : INettraceSink
    {
        long _sum;

        public void Begin(NettraceHeader header) { }
        public void Metadata(NettraceMetadata metadata) => _sum += metadata.Fields.Count;
        public void Stack(int stackId, ReadOnlySpan<byte> addresses) => Touch(addresses);
        public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload) => Touch(payload);
        public void SequencePoint(long ticks) { }
        public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) => count.ShouldBeGreaterThan(0);
        public void Advance(long noneBeforeTicks) { }

        void Touch(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes) _sum += b;
        }
    }
}
