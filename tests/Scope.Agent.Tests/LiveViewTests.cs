using Scope.Agent.Live;
using Scope.Events;
using Scope.Insight;
using Spectre.Console;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class LiveViewTests
{
    [TestMethod]
    public void The_screen_fits_80_by_24_even_with_hostile_names_and_many_findings()
    {
        var name = "GET /" + new string('x', 300) + "\u001b[31m[red]";
        var row = new LiveRow(name, 1_000_000, 99_000_000_000, 99_000_000_000);
        var figures = new LiveFigures
        {
            WindowSeconds = 10, RequestsPerSecond = 123_456, ErrorsPerSecond = 12_345.6, P50Nanos = 999_000_000, P99Nanos = 59_000_000_000, ExceptionsPerSecond = 12_345.6,
            GcPauseShare = 0.99, GcsPerSecond = 999.9, LockWaitShare = 99, PoolThreads = 32767, PoolQueue = 1_000_000, HeapBytes = 1L << 40, AllocatedPerSecond = 1L << 40, Timers = 1_000_000, EventsPerSecond = 999_999,
            TopSpans = [.. Enumerable.Repeat(row, 8)], TopMethods = [.. Enumerable.Repeat(row, 8)],
        };
        var finding = new Finding { Cause = "lock-contention", Culprit = name, Severity = Severity.Critical, Confidence = 1, Summary = "", Advice = "", Evidence = [] };
        var status = new LiveStatus(name, TimeSpan.FromHours(30), null, 63.9, 1L << 40, 32767, 7.9, 1L << 33, 0.999,
            new LedgerSummary(999_999_999, 99_999_999, [], []), new Diagnosis(EventTime.Min, EventTime.Max, [.. Enumerable.Repeat(finding, 9)]), "no CPU samples: " + name);

        var lines = Drawn(LiveView.Draw(figures, status, 80, 24));

        lines.Length.ShouldBeLessThanOrEqualTo(24, string.Join('\n', lines));
        lines.ShouldAllBe(line => line.Length <= 80);
        lines.ShouldContain(line => line.StartsWith("no CPU samples: GET /x"));
        string.Concat(lines).ShouldNotContain('\u001b');
        lines.ShouldContain(line => line.Contains("heap") && line.Contains("1024.0 GB"), string.Join('\n', lines));
        lines.ShouldContain(line => line.Contains("lost") && line.Contains("target pays"), string.Join('\n', lines));
    }

    static string[] Drawn(Spectre.Console.Rendering.IRenderable screen)
    {
        var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 80;
        console.Write(screen);
        return text.ToString().TrimEnd().Split('\n');
    }
}
