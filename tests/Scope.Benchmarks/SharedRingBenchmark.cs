// A shared ring, read, translated and put into the hot index. How fast the agent does that is measured on full rings, one after
// the other: two threads would measure how the machine shares its processors. With two threads, the writer never resting, it is
// counted whether what does not come through is counted to the record. Memory of our own stands in for that of two processes:
// it is the same to the processor.
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
    const int RoundCount = 5, RoundMillis = 500, Fillings = 400;
    const int Spans = 1 << 10;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var kept = MillionsASecond(HookKind.SpanStop);
        yield return BenchmarkRow.Alone("full shared rings, ends of spans through to the hot index", $"≥ {MustReach} M records/s", kept, "M/s", kept >= MustReach);
        yield return BenchmarkRow.Alone("the same, records that are not kept: read, translated and left at that", "", MillionsASecond(HookKind.ThreadSpan), "M/s", null);
        var exact = Enumerable.Range(0, RoundCount).Count(_ => IsExact());
        yield return BenchmarkRow.Alone("rounds with a writer that never rests in which what was read and dropped is what was written, none corrupt", "all", exact, $"of {RoundCount}", exact == RoundCount);
    }

    // The middle of many fillings: some are interrupted.
    static double MillionsASecond(HookKind kind)
    {
        using var ring = new Ring(kind == HookKind.SpanStop);
        var rates = new double[Fillings];
        for (var i = -Fillings; i < Fillings; i++)
        {
            ring.Fill(kind);
            var before = Stopwatch.GetTimestamp();
            var read = ring.Translator.Read(long.MaxValue);
            if (i >= 0) rates[i] = read / Stopwatch.GetElapsedTime(before).TotalSeconds / 1e6;
        }
        return Rounds.Quantile(rates, 0.5);
    }

    static bool IsExact()
    {
        using var ring = new Ring(keeps: true);
        var stop = false;
        var writer = new Thread(() =>
        {
            while (!Volatile.Read(ref stop)) ring.Fill(HookKind.SpanStop);
        });
        writer.Start();
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < RoundMillis;) ring.Translator.Read(long.MaxValue);
        Volatile.Write(ref stop, true);
        writer.Join();
        ring.Translator.Read(long.MaxValue);
        return ring.Translator.Records == ring.Written && ring.Reader.Dropped == ring.Refused && ring.Reader.Corrupt == 0;
    }

    sealed class Ring : IDisposable
    {
        readonly byte* _region;
        readonly uint _name;
        RingWriter _writer;
        long _next;

        public Ring(bool keeps)
        {
            var layout = RegionLayout.Usual with { Rings = 1 };
            _region = (byte*)NativeMemory.AlignedAlloc((nuint)layout.Bytes, 64);
            NativeMemory.Clear(_region, (nuint)layout.Bytes);
            var header = (RegionHeader*)_region;
            (header->Magic, header->Version) = (RegionHeader.ExpectedMagic, RegionHeader.CurrentVersion);
            (header->Rings, header->Slots, header->TextBytes) = ((uint)layout.Rings, (uint)layout.Slots, (uint)layout.TextBytes);
            Reader = RegionReader.Open(_region, layout.Bytes, out var why) ?? throw new InvalidOperationException(why);
            var (catalog, ledger) = (new Catalog(), new Ledger());
            var target = catalog.Targets.Add(new(1, "ring", "", "", "", "", EventTime.Min, 0, "ring"));
            var index = new HotIndex(catalog, ledger, new() { Events = 1 << 22, Bytes = long.MaxValue });
            Translator = new(target, catalog, ledger, new Kept(index, keeps), new TargetSymbols(target, catalog), Reader, new NameReader(_region, layout), "ring");
            _name = new NameWriter(_region, layout).Add("work");
            if (!RingWriter.TryTake(_region, layout, Environment.CurrentManagedThreadId, out _writer)) throw new InvalidOperationException("the ring is taken");
        }

        public RegionReader Reader { get; }
        public HookTranslator Translator { get; }
        public long Written { get; private set; }
        public long Refused { get; private set; }

        /// <summary>Writes as many as a ring holds.</summary>
        public void Fill(HookKind kind)
        {
            for (var i = 0; i < RegionLayout.Usual.Slots; i++, _next++)
                if (_writer.TryWrite(new HookRecord { Ticks = _next, Kind = kind, Name = _name, TraceHigh = 1, TraceLow = 2, Span = (ulong)(_next % Spans) + 1, Value = _next })) Written++;
                else Refused++;
        }

        public void Dispose() => NativeMemory.AlignedFree(_region);
    }

    // Where the hot index takes them, as it does what the correlator gives it.
    sealed class Kept(HotIndex index, bool keeps) : IEventSink
    {
        public EventId Append(in ScopeEvent e) => keeps ? index.Append(e) : EventId.None;

        public void Advance(EventTime noneBefore) { }
    }
}
