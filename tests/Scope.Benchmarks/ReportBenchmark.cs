// The incident report of a minute with five million events: how long it takes to write, and how large it is. There is no
// peer: nobody else writes one.
using System.Diagnostics;
using Scope.Events;
using Scope.Reports.Incident;
using Scope.Reports.Tests;
using Scope.Store.Hot;

namespace Scope.Benchmarks;

static class ReportBenchmark
{
    const int Events = 5_000_000, Seconds = 60;
    const double MostSeconds = 10, MostMegabytes = 15;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var history = new HotIndex(new Catalog(), new Ledger(), new() { Bytes = long.MaxValue });
        SyntheticService.Fill(history.Catalog, history, Events, Seconds);
        GC.Collect();
        var diagnosis = SyntheticService.Diagnose(history);
        var watch = Stopwatch.StartNew();
        using var report = new MemoryStream();
        IncidentReport.Write(history, diagnosis, SyntheticService.Facts(history), report);
        var (seconds, megabytes) = (watch.Elapsed.TotalSeconds, report.Length / 1e6);
        var what = $"report of a {Seconds} s recording with {history.Count / 1e6:0.0} M events";
        yield return BenchmarkRow.Alone($"{what}, written", $"< {MostSeconds} s", seconds, "s", seconds < MostSeconds);
        yield return BenchmarkRow.Alone($"{what}, size", $"< {MostMegabytes} MB", megabytes, "MB", megabytes < MostMegabytes);
    }
}
