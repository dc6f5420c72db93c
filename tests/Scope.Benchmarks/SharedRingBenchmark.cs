// A shared ring whose writer never rests, read, translated and put into the hot index: how many records a second come through,
// and whether what does not is counted to the record. Memory of our own stands in for that of two processes: it is the same to
// the processor.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Store.Hot;

namespace Scope.Benchmarks;

static unsafe class SharedRingBenchmark
{
    const double MustReach = 10;
    const int RoundCount = 5, RoundMillis = 1_500;
    const int Spans = 1 << 10;

    readonly record struct Round(double ReadMillions, double HeldMillions, bool IsExact);

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var read = Enumerable.Range(0, RoundCount + 1).Select(_ => Run(HookKind.ThreadSpan)).Skip(1).ToArray();
        var spans = Enumerable.Range(0, RoundCount + 1).Select(_ => Run(HookKind.SpanStop)).Skip(1).ToArray();
        var exact = read.Concat(spans).All(r => r.IsExact);
        var rate = Rounds.Quantile([.. spans.Select(r => r.HeldMillions)], 0.5);
        yield return BenchmarkRow.Alone("a saturated shared ring, ends of spans through to the hot index", $"≥ {MustReach} M records/s", rate, "M/s", rate >= MustReach);
        yield return BenchmarkRow.Alone("the same, records that are not kept: read, translated and left at that", "", Rounds.Quantile([.. read.Select(r => r.ReadMillions)], 0.5), "M/s", null);
        yield return BenchmarkRow.Alone("rounds in which what was read and dropped is what was written, none corrupt", "all", read.Concat(spans).Count(r => r.IsExact), $"of {2 * RoundCount}", exact);
    }

    static Round Run(HookKind kind)
    {
        var layout = RegionLayout.Usual with { Rings = 1 };
        var region = (byte*)NativeMemory.AlignedAlloc((nuint)layout.Bytes, 64);
        NativeMemory.Clear(region, (nuint)layout.Bytes);
        var header = (RegionHeader*)region;
        (header->Magic, header->Version) = (RegionHeader.ExpectedMagic, RegionHeader.CurrentVersion);
        (header->Rings, header->Slots, header->TextBytes) = ((uint)layout.Rings, (uint)layout.Slots, (uint)layout.TextBytes);
        var reader = RegionReader.Open(region, layout.Bytes, out var why) ?? throw new InvalidOperationException(why);
        var (catalog, ledger) = (new Catalog(), new Ledger());
        var target = catalog.Targets.Add(new(1, "ring", "", "", "", "", EventTime.Min, 0, "ring"));
        var index = new HotIndex(catalog, ledger, new() { Events = 1 << 22, Bytes = long.MaxValue });
        var sink = new Kept(index, kind == HookKind.SpanStop);
        var translator = new HookTranslator(target, catalog, ledger, sink, new TargetSymbols(target, catalog), reader, new NameReader(region, layout), "ring");
        var (written, refused) = (0L, 0L);
        var (watch, stop) = (Stopwatch.StartNew(), false);
        var name = new NameWriter(region, layout).Add("work");
        var writer = new Thread(() => (written, refused) = Write(region, layout, kind, name, ref stop));
        writer.Start();
        while (watch.ElapsedMilliseconds < RoundMillis) translator.Read(long.MaxValue);
        Volatile.Write(ref stop, true);
        writer.Join();
        translator.Read(long.MaxValue);
        var seconds = watch.Elapsed.TotalSeconds;
        var exact = translator.Records == written && reader.Dropped == refused && reader.Corrupt == 0;
        NativeMemory.AlignedFree(region);
        return new(translator.Records / seconds / 1e6, sink.Count / seconds / 1e6, exact);
    }

    static (long Written, long Refused) Write(byte* region, RegionLayout layout, HookKind kind, uint name, ref bool stop)
    {
        if (!RingWriter.TryTake(region, layout, Environment.CurrentManagedThreadId, out var writer)) throw new InvalidOperationException("the ring is taken");
        long written = 0, refused = 0;
        for (var i = 0L; !Volatile.Read(ref stop); i++)
        {
            var record = new HookRecord { Ticks = i, Kind = kind, Name = name, TraceHigh = 1, TraceLow = 2, Span = (ulong)(i % Spans) + 1, Value = i };
            if (writer.TryWrite(record)) written++;
            else refused++;
        }
        return (written, refused);
    }

    // Where the hot index takes them, as it does what the correlator gives it.
    sealed class Kept(HotIndex index, bool keeps) : IEventSink
    {
        public long Count { get; private set; }

        public EventId Append(in ScopeEvent e)
        {
            if (!keeps) return EventId.None;
            Count++;
            return index.Append(e);
        }

        public void Advance(EventTime noneBefore) { }
    }
}
