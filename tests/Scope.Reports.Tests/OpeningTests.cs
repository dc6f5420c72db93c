// The report in a real browser: it opens by itself, asks nobody, and every link leads to what it promises.
using Microsoft.Playwright;
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class OpeningTests
{
    const string OpenAll = "() => { for (let again = true; again;) { again = false; for (const d of document.querySelectorAll('details:not([open])')) { d.open = true; d.dispatchEvent(new Event('toggle')); again = true; } } }";

    [TestMethod]
    public async Task It_opens_without_a_complaint_and_asks_nobody_for_anything()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        (await open.Page.TextContentAsync("h1")).ShouldBe("Lock contention");
        (await open.Page.TextContentAsync(".verdict .culprit")).ShouldBe("Shop.Domain.Pricing.PriceTable.Find");
        open.Complaints.ShouldBeEmpty();
        open.Requests.Where(url => !url.StartsWith("data:")).ShouldBe([report.Url]);
    }

    [TestMethod]
    public async Task Every_link_to_evidence_opens_its_event()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        await open.Page.EvaluateAsync(OpenAll);
        (await open.Page.Locator("#findings a[href^='#event-']").CountAsync()).ShouldBe(80);
        var dead = await open.Page.EvaluateAsync<string[]>("""
            async () => {
                const dead = [];
                for (const href of new Set([...document.querySelectorAll('a[href^="#event-"]')].map(a => a.getAttribute('href')))) {
                    location.hash = href;
                    await new Promise(resolve => addEventListener('hashchange', resolve, { once: true }));
                    const target = document.querySelector(href);
                    if (!target || target.hidden || !target.textContent.includes('event ' + href.slice(7))) dead.push(href);
                }
                return dead;
            }
            """);
        dead.ShouldBeEmpty();
        open.Complaints.ShouldBeEmpty();
    }

    [TestMethod]
    public async Task Every_other_link_has_its_place_on_the_page()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        var links = await open.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(href => !href.startsWith('#event-'))");
        links.Length.ShouldBeGreaterThan(15);
        foreach (var link in links.Distinct())
        {
            link.ShouldStartWith("#");
            (await open.Page.Locator(link).CountAsync()).ShouldBe(1, link);
        }
    }

    [TestMethod]
    public async Task A_click_on_evidence_opens_the_panel_and_Escape_gives_the_focus_back()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        var link = open.Page.Locator("#finding-1 a.row").First;
        var href = await link.GetAttributeAsync("href");
        await link.FocusAsync();
        await open.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(open.Page.Locator(href!)).ToBeVisibleAsync();
        (await open.Page.Locator(href!).TextContentAsync())!.ShouldContain("Shop.Domain.Pricing.PriceTable._gate");
        await open.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(open.Page.Locator(".panel")).ToBeHiddenAsync();
        (await open.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')")).ShouldBe(href);
    }

    [TestMethod]
    public async Task It_opens_at_the_event_that_the_address_names()
    {
        using var report = ReportFile.OfService();
        var id = report.Data.GetProperty("findings")[1].GetProperty("evidence")[0].GetInt64();
        await using var open = await Browser.Open($"{report.Url}#event-{id}");
        (await open.Page.Locator($"#event-{id} h2").TextContentAsync()).ShouldBe($"exception event {id}");
    }

    [TestMethod]
    public async Task It_opens_at_the_section_that_the_address_names()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url + "#locks");
        await Assertions.Expect(open.Page.Locator("#locks h2")).ToBeInViewportAsync();
    }

    [TestMethod]
    public async Task A_report_as_full_as_they_get_opens_soon()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        var name = history.Catalog.Names.Intern("GET /work");
        for (var flow = 0; flow < 35; flow++)
        {
            var (id, span) = (history.Catalog.Flows.New(), history.Catalog.Spans.New());
            for (var i = 0; i < 2100; i++) history.Append(new() { Kind = EventKind.Log, Time = new(1_000_000_000_000 + flow * 1_000_000L + i), Flow = id, Span = span, Name = name, Detail = 2 });
            history.Append(new() { Kind = EventKind.Request, Time = new(1_000_000_000_000 + flow * 1_000_000L + 700), Value = 700, Flow = id, Span = span, Name = name });
        }
        for (var i = 0; i < 30_000; i++) history.Append(new() { Kind = EventKind.Log, Time = new(1_000_100_000_000 + i), Name = name, Detail = 4, Flags = EventFlags.Error });
        history.Advance(EventTime.Max);
        using var report = ReportFile.Undiagnosed(history);
        report.Data.GetProperty("events").GetProperty("id").GetArrayLength().ShouldBeInRange(95_000, Limits.ReportEvents + Limits.ReportEvidence);

        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var open = await Browser.Open(report.Url);
        await open.Page.WaitForSelectorAsync("#events");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(10)); // Some 1 s on an idle machine; the bound only catches what is out of all proportion.
        open.Complaints.ShouldBeEmpty();
    }

    [TestMethod]
    public async Task A_diagnosis_without_findings_says_that_it_looks_healthy()
    {
        using var report = ReportFile.Undiagnosed(ReportFile.ServiceHistory());
        await using var open = await Browser.Open(report.Url);
        (await open.Page.TextContentAsync("h1")).ShouldBe("It looks healthy");
        (await open.Page.Locator("#findings").CountAsync()).ShouldBe(0);
        open.Complaints.ShouldBeEmpty();
    }

    [TestMethod]
    public async Task An_empty_history_gives_a_report_that_opens()
    {
        using var report = ReportFile.Undiagnosed(new HotIndex(new Catalog(), new Ledger()));
        await using var open = await Browser.Open(report.Url);
        (await open.Page.TextContentAsync(".silent"))!.ShouldContain("exceptions");
        open.Complaints.ShouldBeEmpty();
    }

    [TestMethod]
    public async Task It_prints()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        await open.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(open.Page.Locator(".contents")).ToBeHiddenAsync();
        var paper = await open.Page.PdfAsync(new() { Format = "A4", PrintBackground = true });
        paper.Length.ShouldBeGreaterThan(50_000);
        if (Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") is { } folder) await File.WriteAllBytesAsync(Path.Combine(folder, "report.pdf"), paper);
    }
}
