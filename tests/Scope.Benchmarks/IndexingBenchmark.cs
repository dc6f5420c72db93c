// From nettrace bytes to the hot index, all stages on one core: decode, sort, translate, correlate, index. Against TraceEvent,
// once merely parsing the same bytes, once converting them to its own indexed form (TraceLog).
using System.Diagnostics;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Store.Hot;

namespace Scope.Benchmarks;

static class IndexingBenchmark
{
    const int Runs = 5;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var bytes = MixedRecording.Bytes;
        var events = Index(bytes);
        var medians = Rounds.Medians(Runs, () => Rate(events, () => Index(bytes)), () => Rate(events, () => Parse(bytes)));
        var size = $"{events / 1e6:0.0} M events, {bytes.Length / 1e6:0} MB";
        yield return BenchmarkRow.Rate($"nettrace bytes to the hot index ({size})", "≥ 1 × TraceEvent parsing", medians[0], "M events/s", "TraceEvent, no callback", medians[1], 1);
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, bytes);
            var converting = Rounds.Medians(1, () => Rate(events, () => Convert(file)))[0];
            yield return BenchmarkRow.Rate($"nettrace bytes to the hot index ({size})", "≥ 3 × TraceLog", medians[0], "M events/s", "TraceLog converting", converting, 3);
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".etlx");
        }
    }

    static double Rate(long events, Action run)
    {
        GC.Collect();
        var watch = Stopwatch.StartNew();
        run();
        return events / watch.Elapsed.TotalSeconds / 1e6;
    }

    static long Index(byte[] bytes)
    {
        var catalog = new Catalog();
        var ledger = new Ledger();
        var target = catalog.Targets.Add(new(1, "mixed", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Mixed"));
        var index = new HotIndex(catalog, ledger);
        var translator = new NettraceTranslator(target, catalog, ledger, new Correlator(catalog, ledger, index), new TargetSymbols(target, catalog), StreamClock.Recorded(), "file");
        var outcome = NettraceReader.Read(new MemoryStream(bytes), translator);
        translator.End();
        return outcome.IsWhole && index.Count > 0 ? outcome.Events : throw new InvalidOperationException(outcome.ToString());
    }

    static void Parse(byte[] bytes)
    {
        using var source = new EventPipeEventSource(new MemoryStream(bytes));
        source.Process();
    }

    static void Convert(string file) => TraceLog.CreateFromEventPipeDataFile(file, file + ".etlx");
}
