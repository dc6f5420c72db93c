// Writes the incident report: one HTML file that draws itself. Two passes over the history, whatever its size: the first
// lets every section count what it needs and choose events worth showing, the second copies the chosen ones.
using Scope.Code;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Page;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>The incident report.</summary>
public static class IncidentReport
{
    static readonly HtmlPage ThePage = new("report.html", ["report.css", "report.parts.css", "report.snapshots.css"],
    [
        "report.data.js", "report.format.js", "report.dom.js", "report.chart.js", "report.verdict.js", "report.timeline.js", "report.findings.js", "report.flows.js",
        "report.waterfall.js", "report.flame.js", "report.calltree.js", "report.stacks.js", "report.groups.js", "report.runtime.js", "report.snapshots.js", "report.account.js", "report.events.js", "report.main.js",
    ]);

    /// <summary>Writes the report of a diagnosis into a stream, which stays open.</summary>
    public static void Write(IHistory history, Diagnosis diagnosis, ReportFacts facts, Stream into)
    {
        var window = Window.Of(history, diagnosis);
        using var files = new CodeFiles();
        var texts = new ReportTexts(history.Catalog, facts.Code ?? new(history.Catalog, files));
        var findings = new FindingsPart(diagnosis, window, history);
        Section[] sections =
        [
            new Timeline(window, history.Catalog), new Requests(window, texts), new OpenRequests(window, texts), new Flows(diagnosis, history), new Flame(texts), new Exceptions(window, texts),
            new SqlTexts(texts), new Locks(window, texts), new Collections(window, texts), new Allocations(texts), new Threads(window, texts), new Snapshots(window, history, texts), new KindCounts(),
        ];
        Scan(history, window, sections);

        var choice = new EventChoice(history.Catalog.Flows.LastId);
        findings.Choose(choice);
        foreach (var section in sections) section.Choose(choice);
        var events = EventTable.Collect(history, window, choice, texts);

        ThePage.Write(into, $"{facts.Target.Name}: {findings.Headline}", findings.Outline, data =>
        {
            MetaPart.Write(data, facts, window, texts);
            findings.Write(data, texts);
            foreach (var section in sections) section.WriteTo(data);
            LedgerPart.Write(data, facts, window);
            events.Write(data, window);
            texts.Write(data); // Last, because the others fill it.
        });
    }

    /// <summary>Shows every event of the window to the sections that ask for its kind.</summary>
    internal static void Scan(IHistory history, Window window, ReadOnlySpan<Section> sections)
    {
        var byKind = new Section[64][];
        var wanted = 0UL;
        for (var kind = 0; kind < byKind.Length; kind++)
        {
            var interested = new List<Section>();
            foreach (var section in sections) if (section.Kinds.Passes((EventKind)kind)) interested.Add(section);
            byKind[kind] = [.. interested];
            if (interested.Count > 0) wanted |= 1UL << kind;
        }
        history.Visit(new() { From = window.From, To = window.To + 1, Kinds = wanted == ulong.MaxValue ? KindSet.All : new(wanted) }, (EventId id, in ScopeEvent e) =>
        {
            foreach (var section in byKind[(int)e.Kind & 63]) section.Take(id, in e);
            return true;
        });
    }
}
