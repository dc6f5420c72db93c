// From nettrace bytes to the hot index: decode, sort, translate, correlate, index. Against TraceEvent, once parsing the same
// events (each with the values of its payload, as we read them, and nothing kept), once converting them to its own indexed form
// (TraceLog). Beside that what it takes without a callback: then it leaves every payload alone, so that is framing, not parsing.
// Two ways: as the recorder runs the stages, reading and translating on one thread and correlating and indexing on another, with
// a ring between, which is what the bound is for; and all of them on one core, which says what that costs.
using System.Diagnostics;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers;
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Pipeline.Merge;
using Scope.Pipeline.Ring;
using Scope.Store.Hot;

namespace Scope.Benchmarks;

static class IndexingBenchmark
{
    const int Runs = 7;

    // The bounds are for events as services have them. Tiny ones (two numbers and a word, from a source of the target's own,
    // kept as log records) are the worst case: a parser that leaves payloads alone has next to nothing to do with them.
    public static IEnumerable<BenchmarkRow> Rows() =>
        [.. RowsOf(ServiceRecording.Bytes, "a service's", isBound: true), .. RowsOf(MixedRecording.Bytes, "tiny events'", isBound: false)];

    static IEnumerable<BenchmarkRow> RowsOf(byte[] bytes, string whose, bool isBound)
    {
        var events = Index(bytes);
        var medians = Rounds.Medians(Runs, () => Rate(events, () => IndexOnTwoThreads(bytes)), () => Rate(events, () => Index(bytes)),
            () => Rate(events, () => Parse(bytes)), () => Rate(events, () => Frame(bytes)));
        var what = $"{whose} nettrace bytes to the hot index ({events / 1e6:0.0} M events, {bytes.Length / 1e6:0} MB)";
        yield return Row($"{what}, as the recorder does", "≥ 1 × TraceEvent parsing", medians[0], "TraceEvent, payloads read", medians[2], isBound ? 1 : null);
        yield return Row($"{what}, on one core", "", medians[1], "TraceEvent, payloads read", medians[2], null);
        yield return Row($"{what}, on one core", "", medians[1], "TraceEvent, no callback", medians[3], null);
        yield return Row($"{what}, on one core", "≥ 3 × TraceLog", medians[1], "TraceLog converting", ConversionRate(bytes, events), isBound ? 3 : null);
    }

    static BenchmarkRow Row(string what, string mustReach, double ours, string peerName, double peer, double? mustRatio) =>
        mustRatio is { } ratio
            ? BenchmarkRow.Rate(what, mustReach, ours, "M events/s", peerName, peer, ratio)
            : BenchmarkRow.Rate(what, "", ours, "M events/s", peerName, peer, 0) with { Reached = null };

    static double Rate(long events, Action run)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        run();
        return events / watch.Elapsed.TotalSeconds / 1e6;
    }

    static long Index(byte[] bytes)
    {
        var (catalog, ledger) = (new Catalog(), new Ledger());
        var index = new HotIndex(catalog, ledger);
        return Read(bytes, catalog, ledger, new Correlator(catalog, ledger, index), index);
    }

    static long IndexOnTwoThreads(byte[] bytes)
    {
        var (catalog, ledger) = (new Catalog(), new Ledger());
        var index = new HotIndex(catalog, ledger);
        var ring = new EventRing(Limits.SessionRingEvents, RingMode.Block); // A file can wait.
        using var merge = new TimeMerge(ledger);
        merge.Add(ring, "file");
        var correlate = Task.Factory.StartNew(() => merge.Run(new Correlator(catalog, ledger, index), CancellationToken.None), TaskCreationOptions.LongRunning);
        return Read(bytes, catalog, ledger, ring, index, () =>
        {
            ring.Advance(EventTime.Max);
            correlate.Wait();
        });
    }

    static long Read(byte[] bytes, Catalog catalog, Ledger ledger, IEventSink into, HotIndex index, Action? afterwards = null)
    {
        var target = catalog.Targets.Add(new(1, "mixed", "", "", "", "", EventTime.Min, 0, "mixed"));
        var translator = new NettraceTranslator(target, catalog, ledger, into, new TargetSymbols(target, catalog), StreamClock.Recorded(), "file");
        var outcome = NettraceReader.Read(new MemoryStream(bytes), translator);
        translator.End();
        afterwards?.Invoke();
        return outcome.IsWhole && index.Count > 0 ? outcome.Events : throw new InvalidOperationException(outcome.ToString());
    }

    static void Parse(byte[] bytes)
    {
        using var source = new EventPipeEventSource(new MemoryStream(bytes));
        long values = 0;
        void Read(TraceEvent e)
        {
            for (var i = 0; i < e.PayloadNames.Length; i++)
                if (e.PayloadValue(i) is not null) values++;
        }
        source.Clr.All += Read;
        new TplEtwProviderTraceEventParser(source).All += Read;
        source.Dynamic.All += Read;
        source.Process();
        if (values == 0) throw new InvalidOperationException("TraceEvent read no payload");
    }

    static void Frame(byte[] bytes)
    {
        using var source = new EventPipeEventSource(new MemoryStream(bytes));
        source.Process();
    }

    static double ConversionRate(byte[] bytes, long events)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            return Rounds.Medians(1, () => Rate(events, () => TraceLog.CreateFromEventPipeDataFile(file, file + ".etlx")))[0];
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".etlx");
        }
    }
}
