// Archiving and restoring: what a recording of some hundred megabytes takes to a folder and back, hashed, flushed, read back
// and compared; beside it a plain copy that is flushed to the disk, which promises none of that. And Parquet beside CSV.
using System.Diagnostics;
using Scope.Events;
using Scope.Reports.Exports;
using Scope.Reports.Exports.Parquet;
using Scope.Store;
using Scope.Store.Cold;
using Scope.Store.Hot;
using Scope.Store.Recordings;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Benchmarks;

static class ColdBenchmark
{
    const int Segments = 12, Enough = 50;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        using var root = new TemporaryFolder("bench");
        var catalog = new Catalog();
        var events = SegmentBenchmark.Workload(catalog);
        var recording = Record(root["here/bench.scope"], catalog, events);
        var bytes = Directory.GetFiles(recording).Sum(file => new FileInfo(file).Length);
        var archive = new FolderArchive(root["archive"]);
        var manifest = Archive();
        var medians = Rounds.Medians(3, () => Rate(bytes, () => Archive()), () => Rate(bytes, Restore), () => Rate(bytes, Copy));
        yield return Row("archive to a folder, read back and compared", medians[0], medians[2]);
        yield return Row("restore from a folder, compared", medians[1], medians[2]);

        var history = new HotIndex(catalog, new Ledger(), new() { Bytes = long.MaxValue });
        foreach (ref readonly var e in events.AsSpan()) history.Append(e);
        var rates = Rounds.Medians(3, () => Rate(events.Length, () => Export("a.parquet", ParquetExport.Write)), () => Rate(events.Length, () => Export("a.csv", CsvExport.Write)));
        yield return BenchmarkRow.Rate("Parquet export", "", rates[0], "M rows/s", "CSV export", rates[1], 0) with { Reached = null };
        yield return BenchmarkRow.Alone("Parquet size, all columns, stacks as text", "", (double)new FileInfo(root["a.parquet"]).Length / events.Length, "B a row", null);

        ArchiveManifest Archive()
        {
            Clear(root["archive"]);
            var outcome = new Archiver(archive).Archive(recording);
            return outcome.Problem is null ? outcome.Manifest! : throw new InvalidOperationException(outcome.Problem);
        }

        void Restore()
        {
            Clear(root["back"]);
            if (new Restorer(archive).Restore(manifest, root["back"], RecordingWindow.All, EventTime.Max).Problem is { } problem) throw new InvalidOperationException(problem);
        }

        void Copy()
        {
            Clear(root["copy"]);
            Directory.CreateDirectory(root["copy"]);
            foreach (var file in Directory.GetFiles(recording))
            {
                using var from = File.OpenRead(file);
                using var to = File.Create(Path.Combine(root["copy"], Path.GetFileName(file)));
                from.CopyTo(to);
                to.Flush(flushToDisk: true);
            }
        }

        void Export(string name, Action<IHistory, EventQuery, Stream> write)
        {
            using var file = File.Create(root[name]);
            write(history, EventQuery.All, file);
        }
    }

    static BenchmarkRow Row(string what, double ours, double peer) => new(what, $"≥ {Enough} MB/s", ours, "MB/s", "copied and flushed", peer, ours / peer, ours >= Enough);

    static double Rate(long units, Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return units / watch.Elapsed.TotalSeconds / 1e6;
    }

    static void Clear(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    static string Record(string folder, Catalog catalog, ScopeEvent[] events)
    {
        Directory.CreateDirectory(folder);
        using var writer = new SegmentFileWriter(catalog);
        for (var number = 1; number <= Segments; number++)
        {
            writer.Open(RecordingFolder.SegmentPath(folder, number), number);
            for (var i = 0; i < events.Length; i += Limits.SegmentFrameEvents) writer.Append(events.AsSpan(i, Limits.SegmentFrameEvents), new EventId((long)(number - 1) * events.Length + i));
            writer.Seal();
        }
        return folder;
    }
}
