// A report written to a temporary file, for a browser to open and for tests to read.
using System.Text.Json;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Store;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

sealed class ReportFile : IDisposable
{
    const string DataStart = "<script type=\"application/json\" id=\"data\">";

    static readonly Lazy<ReportFile> OfTheService = new(() =>
    {
        var history = ServiceHistory();
        var report = Of(history, SyntheticService.Diagnose(history));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => report.Dispose();
        return report;
    });

    readonly bool _isShared;

    ReportFile(string path, bool isShared = false) => (Path, _isShared) = (path, isShared);

    public string Path { get; }

    public string Url => new Uri(Path).AbsoluteUri;

    public string Html => File.ReadAllText(Path);

    /// <summary>The report's data as the page reads it.</summary>
    public JsonElement Data
    {
        get
        {
            var html = Html;
            var from = html.IndexOf(DataStart, StringComparison.Ordinal) + DataStart.Length;
            return JsonDocument.Parse(html[from..html.IndexOf("</script>", from, StringComparison.Ordinal)]).RootElement;
        }
    }

    public static ReportFile Of(IHistory history, Diagnosis diagnosis, ReportFacts? facts = null)
    {
        var file = new ReportFile(System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"scope-report-{Guid.NewGuid():N}.html"));
        using var stream = File.Create(file.Path);
        IncidentReport.Write(history, diagnosis, facts ?? SyntheticService.Facts(history), stream);
        return file;
    }

    /// <summary>The report of a history that nobody diagnosed.</summary>
    public static ReportFile Undiagnosed(IHistory history) => Of(history, new(EventTime.Min, EventTime.Max, []));

    /// <summary>The report of the synthetic service, written once for all tests.</summary>
    public static ReportFile OfService() => new(OfTheService.Value.Path, isShared: true);

    public static HotIndex ServiceHistory(int events = 40_000, int seconds = 20)
    {
        var ledger = new Ledger();
        var history = new HotIndex(new Catalog(), ledger);
        SyntheticService.Fill(history.Catalog, history, events, seconds);
        ledger.Captured("runtime session", history.Count * 3 / 4);
        ledger.Captured("activity session", history.Count / 4);
        ledger.Lost(LossSource.RuntimeBuffer, "runtime session", history.First + 9_000_000_000, history.First + 9_400_000_000, 1200);
        ledger.Lost(LossSource.Payload, "payloads", history.First, history.Last, 31);
        return history;
    }

    public void Dispose()
    {
        if (!_isShared) File.Delete(Path);
    }
}
