// Damaged streams: at least 100,000 of them, from seeds, so that a failure can be run again. Whatever the damage, reading ends soon,
// without an exception, within a bound of memory, and with everything before the damage.
using System.Diagnostics;
using Scope.Attach.Nettrace;

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
                var stream = Mutation.Of(streams[at % streams.Length], at);
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

/// <summary>Damage of one kind or several, decided by a seed.</summary>
static class Mutation
{
    public static byte[] Of(byte[] stream, int seed)
    {
        var random = new Random(seed);
        for (var i = random.Next(3); i >= 0; i--) stream = Once(stream, random);
        return stream;
    }

    static byte[] Once(byte[] stream, Random random)
    {
        if (stream.Length < 16) return stream;
        var copy = (byte[])stream.Clone();
        var at = random.Next(stream.Length - 8);
        switch (random.Next(7))
        {
            case 0: copy[at] ^= (byte)(1 << random.Next(8)); return copy;
            case 1: copy[at] = (byte)random.Next(256); return copy;
            case 2: return copy[..at];
            case 3: BitConverter.TryWriteBytes(copy.AsSpan(at), Interesting(random)); return copy;
            case 4: return [.. copy[..at], .. copy[(at + random.Next(1, 8))..]];
            case 5: return [.. copy[..at], .. copy[..random.Next(1, 16)], .. copy[at..]];
            default: return Swap(copy, random);
        }
    }

    static int Interesting(Random random) => random.Next(6) switch
    {
        0 => int.MaxValue,
        1 => int.MinValue,
        2 => -1,
        3 => random.Next(),
        4 => 1 << random.Next(31),
        _ => random.Next(300),
    };

    static byte[] Swap(byte[] stream, Random random)
    {
        int length = random.Next(1, Math.Min(400, stream.Length / 2)), a = random.Next(stream.Length - length), b = random.Next(stream.Length - length);
        var copy = (byte[])stream.Clone();
        stream.AsSpan(a, length).CopyTo(copy.AsSpan(b));
        stream.AsSpan(b, length).CopyTo(copy.AsSpan(a));
        return copy;
    }
}
