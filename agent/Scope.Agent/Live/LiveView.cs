// The live view in a terminal: one screen that fits 80×24, drawn again twice a second, the worst news first.
using Scope.Events;
using Scope.Insight;
using Scope.Store.Postgres;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Scope.Agent.Live;

/// <summary>What the recorder knows of itself and its target besides events.</summary>
sealed record LiveStatus(string Target, TimeSpan Elapsed, TimeSpan? Duration, double TargetCpuCores, long TargetMemoryBytes, int TargetThreads,
    double OwnCpuCores, long OwnMemoryBytes, double EstimatedOverhead, LedgerSummary Ledger, Diagnosis? Diagnosis, string? Missing = null, WarmProgress? Warm = null);

/// <summary>Draws figures and status as a screen.</summary>
static class LiveView
{
    const int FindingRows = 4;

    /// <summary>The whole screen.</summary>
    public static IRenderable Draw(LiveFigures figures, LiveStatus status, int width, int height)
    {
        var rows = new List<IRenderable> { Head(status, width), Numbers(figures, status) };
        var left = height - 13 - (status.Missing is null ? 0 : 1) - (status.Warm is null ? 0 : 1) - Math.Min(FindingRows, Math.Max(1, status.Diagnosis?.Findings.Count ?? 1));
        rows.Add(Findings(status.Diagnosis, width));
        rows.Add(Tops(figures, width, Math.Max(2, left)));
        rows.Add(Foot(figures, status));
        if (status.Missing is { } missing) rows.Add(new Markup($"[yellow]{Markup.Escape(Cut(missing, width - 1))}[/]"));
        if (status.Warm is { } warm) rows.Add(new Markup($"[{(warm is { Failing: null, Aside: null } ? "dim" : "yellow")}]{Markup.Escape(Cut(warm.ToString(), width - 1))}[/]"));
        return new Rows(rows);
    }

    static IRenderable Head(LiveStatus status, int width)
    {
        var time = status.Duration is { } d ? $"{status.Elapsed:mm\\:ss} of {d:mm\\:ss}" : $"{status.Elapsed:hh\\:mm\\:ss}";
        return new Markup($"[bold]{Markup.Escape(Cut(status.Target, width - 36))}[/]  {time}  [dim]Enter stops and reports[/]");
    }

    static IRenderable Numbers(LiveFigures f, LiveStatus s)
    {
        var grid = new Grid().AddColumns(4);
        grid.AddRow(Cell("requests/s", $"{f.RequestsPerSecond:N0}"), Cell("p50", TimeText.Show(f.P50Nanos)), Cell("p99", TimeText.Show(f.P99Nanos)), Cell("errors/s", $"{f.ErrorsPerSecond:N1}", f.ErrorsPerSecond > 0));
        grid.AddRow(Cell("CPU", $"{s.TargetCpuCores:P0}"), Cell("memory", Bytes(s.TargetMemoryBytes)), Cell("heap", f.HeapBytes == 0 ? "-" : Bytes(f.HeapBytes)), Cell("alloc/s", Bytes(f.AllocatedPerSecond)));
        grid.AddRow(Cell("GC pause", $"{f.GcPauseShare:P1}", f.GcPauseShare > 0.1), Cell("GCs/s", $"{f.GcsPerSecond:N1}"), Cell("exceptions/s", $"{f.ExceptionsPerSecond:N1}"), Cell("timers", $"{f.Timers:N0}"));
        grid.AddRow(Cell("threads", $"{s.TargetThreads}"), Cell("pool", f.PoolThreads == 0 ? "-" : $"{f.PoolThreads}"), Cell("queue", $"{f.PoolQueue:N0}", f.PoolQueue > Math.Max(100, f.PoolThreads)), Cell("lock wait", $"{f.LockWaitShare:P0}", f.LockWaitShare > 1));
        return grid;
    }

    static IRenderable Findings(Diagnosis? diagnosis, int width)
    {
        if (diagnosis is null) return new Markup("[dim]findings: looking …[/]");
        if (diagnosis.Findings.Count == 0) return new Markup("[green]no findings: looks healthy so far[/]");
        return new Rows(diagnosis.Findings.Take(FindingRows).Select(f =>
            new Markup($"[{(f.Severity == Severity.Critical ? "red bold" : "yellow")}]{Markup.Escape(Cut($"{f.Cause}: {f.Culprit}", width - 6))}[/] [dim]{f.Confidence:P0}[/]")));
    }

    static IRenderable Tops(LiveFigures figures, int width, int rows)
    {
        var half = (rows - 1) / 2;
        var table = new Table().Border(TableBorder.None).Expand();
        table.AddColumn(new TableColumn("[dim]top spans, last 10 s[/]").NoWrap());
        foreach (var title in (string[])["count", "total", "p99"]) table.AddColumn(new TableColumn($"[dim]{title}[/]").RightAligned().NoWrap());
        foreach (var row in figures.TopSpans.Take(half))
            table.AddRow(Markup.Escape(Cut(row.Name, width - 34)), $"{row.Count:N0}", TimeText.Show(row.TotalNanos), TimeText.Show(row.P99Nanos));
        var on = figures.TopMethods.Sum(r => r.TotalNanos);
        foreach (var row in figures.TopMethods.Take(half))
            table.AddRow("[dim]on CPU[/] " + Markup.Escape(CutLeft(row.Name, width - 41)), $"{row.Count:N0}", $"{(on == 0 ? 0 : (double)row.TotalNanos / on):P0}", "");
        return table;
    }

    static IRenderable Foot(LiveFigures f, LiveStatus s) => new Markup(
        $"[dim]events/s[/] {f.EventsPerSecond:N0}  [dim]lost[/] {(s.Ledger.Lost > 0 ? $"[red]{s.Ledger.Lost:N0} ({1 - s.Ledger.Share:P2})[/]" : "0")}  "
        + $"[dim]Scope[/] {s.OwnCpuCores:P0} CPU {Bytes(s.OwnMemoryBytes)}  [dim]target pays[/] ~{s.EstimatedOverhead:P1}");

    static Markup Cell(string title, string value, bool bad = false) => new($"[dim]{title}[/] [{(bad ? "red bold" : "bold")}]{Markup.Escape(value)}[/]");

    static string Bytes(long bytes) => bytes >= 1L << 30 ? $"{bytes / (double)(1L << 30):0.0} GB" : $"{bytes >> 20} MB";

    static string Cut(string text, int width) => OneLine(text.Length <= width ? text : text[..Math.Max(0, width - 1)] + "…");

    static string CutLeft(string text, int width) => OneLine(text.Length <= width ? text : "…" + text[^Math.Max(0, width - 1)..]);

    // The target's text may hold control characters that would drive the terminal.
    static string OneLine(string text) => string.Create(text.Length, text, (to, from) =>
    {
        for (var i = 0; i < from.Length; i++) to[i] = char.IsControl(from[i]) ? ' ' : from[i];
    });
}
