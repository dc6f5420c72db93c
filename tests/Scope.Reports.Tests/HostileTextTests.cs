// What a target says is data: nothing that it can put into a name, a message or a query becomes markup, script or layout.
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class HostileTextTests
{
    static readonly string[] Hostile =
    [
        "</script><script>window.hacked = 1</script>", "<img src=x onerror=\"window.hacked = 1\">", "\"onload=\"window.hacked = 1", "<!--<script>", "{{data}}{{script}}", "]]>&lt;b&gt;",
        "right\u202Eto left\u2066 and \u200Fback", "line\u2028and paragraph\u2029breaks", "lone \uD800 surrogate \uDC00", "null\0and bell\a", "$&$1`'", "javascript:alert(1)", new string('W', 100_000), string.Concat(Enumerable.Repeat("<b>", 4000)),
    ];

    [TestMethod]
    public async Task Hostile_text_stays_text_wherever_it_comes_from()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        foreach (var (text, i) in Hostile.Select((t, i) => (t, i))) Add(history, text, i);
        history.Advance(EventTime.Max);
        using var report = ReportFile.Of(history, DiagnosisOf(history), FactsOf(history));
        await using var open = await Browser.Open(report.Url, 390, 800);
        await open.Page.EvaluateAsync("() => { for (let again = true; again;) { again = false; for (const d of document.querySelectorAll('details:not([open])')) { d.open = true; d.dispatchEvent(new Event('toggle')); again = true; } } }");

        open.Complaints.ShouldBeEmpty();
        (await open.Page.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        (await open.Page.Locator("img, iframe, object, embed, b b, [onload], [onerror], a[href^='javascript']").CountAsync()).ShouldBe(0);
        (await open.Page.Locator("script").CountAsync()).ShouldBe(2);
        (await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(390);
        foreach (var text in Hostile[..6]) (await open.Page.Locator("#findings").TextContentAsync())!.ShouldContain(text);
    }

    [TestMethod]
    public async Task Hostile_text_stays_text_in_the_event_panel()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        foreach (var (text, i) in Hostile.Select((t, i) => (t, i))) Add(history, text, i);
        history.Advance(EventTime.Max);
        using var report = ReportFile.Of(history, DiagnosisOf(history), FactsOf(history));
        var evidence = report.Data.GetProperty("findings")[0].GetProperty("evidence").EnumerateArray().Select(e => e.GetInt64()).ToList();
        await using var open = await Browser.Open(report.Url);
        foreach (var id in evidence)
        {
            await open.Page.EvaluateAsync("id => { location.hash = '#event-' + id; }", id);
            await open.Page.WaitForSelectorAsync($"#event-{id}");
        }
        open.Complaints.ShouldBeEmpty();
        (await open.Page.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
    }

    [TestMethod]
    public void A_message_of_a_megabyte_is_cut_and_says_so()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        Add(history, new string('m', 1 << 20), 0);
        history.Advance(EventTime.Max);
        using var report = ReportFile.Undiagnosed(history);
        new FileInfo(report.Path).Length.ShouldBeLessThan(300_000);
        report.Html.ShouldContain("more characters");
    }

    [TestMethod]
    public void No_amount_of_text_makes_a_file_that_does_not_open()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        var random = new Random(7);
        for (var i = 0; i < 6000; i++) Add(history, new string((char)random.Next(0x4E00, 0x9FFF), 3000) + i, i);
        history.Advance(EventTime.Max);
        using var report = ReportFile.Undiagnosed(history);
        new FileInfo(report.Path).Length.ShouldBeLessThan(15_000_000);
        report.Html.ShouldContain("text budget");
    }

    static void Add(HotIndex history, string text, int i)
    {
        var catalog = history.Catalog;
        var target = new TargetId(1);
        if (catalog.Targets.All.Count == 0) catalog.Targets.Add(SyntheticService.Target);
        var (flow, span, name) = (catalog.Flows.New(), catalog.Spans.New(), catalog.Names.Intern(text));
        var module = catalog.Modules.Intern(new(target, (ulong)i, $"/srv/{(text.Length > 200 ? "long" : text)}.dll", false));
        var stack = catalog.Stacks.Intern(default, catalog.CodeNodes.Intern(target, catalog.Methods.Intern(new(module, i + 1, text, text, text))));
        var thread = catalog.Threads.Intern(target, i + 1);
        catalog.Threads.SetName(thread, name);
        var writer = new PayloadWriter(new byte[Limits.PayloadBytes]);
        writer.Add(catalog.Names.Intern("message"), text);
        writer.Add(name, text);
        var payload = catalog.Payloads.Add(writer.Written);
        foreach (var kind in (EventKind[])[EventKind.ExceptionThrown, EventKind.Sql, EventKind.ClientCall, EventKind.Contention, EventKind.Log, EventKind.Allocation, EventKind.CpuSample, EventKind.GcPause, EventKind.GcStart, EventKind.Request])
            history.Append(new()
            {
                Kind = kind, Time = new(1_000_000_000_000 + i * 1_000_000L + (int)kind), Value = 900_000, Flow = flow, Span = kind == EventKind.Request ? span : catalog.Spans.New(), Parent = kind == EventKind.Request ? default : span,
                Name = name, Stack = stack, Thread = thread, Payload = payload, Target = target, Flags = EventFlags.Error,
            });
    }

    static Diagnosis DiagnosisOf(HotIndex history) => new(history.First, history.Last,
    [
        .. Hostile.Select((text, i) => new Finding
        {
            Cause = text.Length > 100 ? "long" : text, Culprit = text, Also = [text], Severity = Severity.Warning, Confidence = 0.5, Summary = text, Advice = text, Reasoning = text,
            Evidence = [.. Enumerable.Range(0, 140).Select(e => new EventId(e))],
        }),
    ]);

    static ReportFacts FactsOf(HotIndex history) => SyntheticService.Facts(history) with
    {
        Target = SyntheticService.Target with { Name = Hostile[0], CommandLine = string.Join(' ', Hostile), RuntimeVersion = Hostile[1], OperatingSystem = Hostile[2] },
        Command = Hostile[3], RecordingPath = Hostile[4], Source = Hostile[5], Notes = Hostile, Ledger = new(1, 1, [new(Hostile[0], 1)], [new(LossSource.Disk, Hostile[1], EventTime.Min, EventTime.Max, 1)]),
    };
}
