// A report written to a temporary file, for a browser to open.
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Store;

namespace Scope.Reports.Tests;

sealed class ReportFile : IDisposable
{
    ReportFile(string path) => Path = path;

    public string Path { get; }

    public string Url => new Uri(Path).AbsoluteUri;

    public static ReportFile Of(IHistory history, Diagnosis diagnosis, ReportFacts? facts = null)
    {
        var file = new ReportFile(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"scope-report-{Guid.NewGuid():N}.html"));
        using var stream = File.Create(file.Path);
        IncidentReport.Write(history, diagnosis, facts ?? SyntheticService.Facts(history), stream);
        return file;
    }

    /// <summary>The report of the synthetic service.</summary>
    public static ReportFile OfService(int events = 40_000, int seconds = 20)
    {
        var history = ServiceHistory(events, seconds);
        return Of(history, SyntheticService.Diagnose(history));
    }

    public static ListHistory ServiceHistory(int events, int seconds)
    {
        var history = new ListHistory(new Catalog());
        SyntheticService.Fill(history.Catalog, history, events, seconds);
        history.Ledger = new(history.Count, 1200, [new("runtime session", history.Count * 3 / 4), new("activity session", history.Count / 4)],
            [new(LossSource.RuntimeBuffer, "runtime session", history.First + 9_000_000_000, history.First + 9_400_000_000, 1200), new(LossSource.Payload, "payloads", history.First, history.Last, 31)]);
        return history;
    }

    public void Dispose() => File.Delete(Path);
}
