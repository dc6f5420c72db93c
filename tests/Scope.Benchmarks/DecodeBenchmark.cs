// Decoding and sorting a recording, against TraceEvent's EventPipeEventSource with no callback: both on one core, over the same bytes.
using System.Diagnostics;
using Microsoft.Diagnostics.Tracing;
using Scope.Attach.Nettrace;

namespace Scope.Benchmarks;

static class DecodeBenchmark
{
    const int Runs = 7;

    // The bounds are for events as services have them; a stream of tiny ones is shown beside it.
    public static IEnumerable<BenchmarkRow> Rows() =>
        [.. RowsOf(ServiceRecording.Bytes, "a service's .nettrace", isBound: true), .. RowsOf(MixedRecording.Bytes, "a .nettrace of tiny events", isBound: false)];

    static IEnumerable<BenchmarkRow> RowsOf(byte[] bytes, string what, bool isBound)
    {
        var events = Decode(bytes, sorted: true);
        var medians = Rounds.Medians(Runs,
            () => MillionsASecond(events, () => Decode(bytes, sorted: true)),
            () => MillionsASecond(events, () => ByTraceEvent(bytes)),
            () => MillionsASecond(events, () => Decode(bytes, sorted: false)));
        what = $"{what} ({events / 1e6:0.0} M events, {bytes.Length / 1e6:0} MB)";
        yield return Bound(BenchmarkRow.Rate($"decode + sort {what}", "≥ 2.5 × TraceEvent", medians[0], "M events/s", "TraceEvent, no callback", medians[1], 2.5), isBound);
        yield return Bound(BenchmarkRow.Rate($"decode {what} in the order of the stream", "", medians[2], "M events/s", "TraceEvent, no callback", medians[1], 0), false);
        var allocated = AllocatedAnEvent(events, () => Decode(bytes, sorted: true));
        yield return Bound(BenchmarkRow.Cost($"allocated by decode + sort of {what}", "≤ 16 B an event", allocated, "B/event",
            "TraceEvent", AllocatedAnEvent(events, () => ByTraceEvent(bytes)), 1) with { Reached = allocated <= 16 }, isBound);
    }

    static BenchmarkRow Bound(BenchmarkRow row, bool isBound) => isBound ? row : row with { MustReach = "", Reached = null };

    static double MillionsASecond(long events, Action run)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        run();
        return events / watch.Elapsed.TotalSeconds / 1e6;
    }

    static double AllocatedAnEvent(long events, Action run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / events;
    }

    static long Decode(byte[] bytes, bool sorted)
    {
        var outcome = NettraceReader.Read(new MemoryStream(bytes), new Deaf(), new() { Sorted = sorted });
        return outcome.IsWhole ? outcome.Events : throw new InvalidOperationException(outcome.ToString());
    }

    static void ByTraceEvent(byte[] bytes)
    {
        using var source = new EventPipeEventSource(new MemoryStream(bytes));
        source.Process();
    }

    /// <summary>Does with events what TraceEvent does without a callback: nothing.</summary>
    sealed class Deaf : INettraceSink
    {
        public void Begin(NettraceHeader header) { }
        public void Metadata(NettraceMetadata metadata) { }
        public void Stack(int stackId, ReadOnlySpan<byte> addresses) { }
        public void Event(NettraceMetadata metadata, in NettraceEvent e, ReadOnlySpan<byte> payload) { }
        public void SequencePoint(long ticks) { }
        public void Lost(long captureThreadId, long fromTicks, long toTicks, long count) { }
        public void Advance(long noneBeforeTicks) { }
    }
}
