// The report for everybody: checked by axe-core in both colour schemes, on a phone's width, by keyboard alone.
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class AccessTests
{
    [TestMethod]
    [DataRow(ColorScheme.Light, 1280)]
    [DataRow(ColorScheme.Dark, 1280)]
    [DataRow(ColorScheme.Light, 390)]
    public async Task Axe_finds_nothing(ColorScheme scheme, int width)
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url, width, 900, scheme);
        (await Violations(open.Page)).ShouldBeEmpty();
        await open.Page.EvaluateAsync("document.querySelector('#finding-1 a.row').click()");
        await open.Page.WaitForSelectorAsync(".panel:not([hidden])");
        (await Violations(open.Page)).ShouldBeEmpty();
    }

    [TestMethod]
    [DataRow(320)]
    [DataRow(390)]
    [DataRow(768)]
    public async Task No_width_makes_the_page_scroll_sideways(int width)
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url, width, 800);
        (await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
    }

    [TestMethod]
    public async Task The_toggle_turns_light_to_dark_and_back()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        var colours = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            colours.Add(await open.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).backgroundColor"));
            await open.Page.ClickAsync(".theme");
        }
        colours.ShouldBe(["rgb(253, 252, 250)", "rgb(22, 24, 27)", "rgb(253, 252, 250)"]);
    }

    [TestMethod]
    public async Task Keys_zoom_the_timeline_and_the_flows_follow()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        var status = open.Page.Locator("#flows [role=status]");
        (await status.TextContentAsync())!.ShouldNotContain("zoomed");
        await open.Page.FocusAsync("div.timeline");
        for (var i = 0; i < 3; i++) await open.Page.Keyboard.PressAsync("+");
        (await status.TextContentAsync())!.ShouldContain("in the zoomed part of the timeline");
        await open.Page.Keyboard.PressAsync("0");
        (await status.TextContentAsync())!.ShouldNotContain("zoomed");
    }

    [TestMethod]
    public async Task The_mouse_zooms_the_timeline_by_dragging()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url, 1280, 1400);
        var box = (await open.Page.Locator("div.timeline svg").BoundingBoxAsync())!;
        await open.Page.Mouse.MoveAsync(box.X + box.Width / 4, box.Y + 100);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + 110);
        await open.Page.Mouse.UpAsync();
        (await open.Page.Locator("#flows [role=status]").TextContentAsync())!.ShouldContain("in the zoomed part of the timeline");
    }

    [TestMethod]
    public async Task Search_finds_flows_by_what_happened_in_them()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        await open.Page.FillAsync("#flows input[type=search]", "payments.internal");
        (await open.Page.Locator("#flows .flow .what").AllTextContentsAsync()).ShouldAllBe(route => route == "POST /api/checkout");
        await open.Page.FillAsync("#flows input[type=search]", "no such text anywhere");
        (await open.Page.Locator("#flows .flow").CountAsync()).ShouldBe(0);
    }

    [TestMethod]
    public async Task The_flame_graph_zooms_into_a_frame_and_tells_waiting_from_running()
    {
        using var report = ReportFile.OfService();
        await using var open = await Browser.Open(report.Url);
        var cells = open.Page.Locator("div.flame .cell:not(.above)");
        var before = await cells.CountAsync();
        await open.Page.Locator("div.flame .cell", new() { HasTextString = "OrderEndpoints.WriteJson" }).ClickAsync();
        (await cells.CountAsync()).ShouldBeLessThan(before);
        (await open.Page.Locator("div.flame .cell.above").CountAsync()).ShouldBe(5);
        (await open.Page.Locator("div.flame").TextContentAsync())!.ShouldNotContain("Enter_Slowpath");
        await open.Page.ClickAsync("button[data-mode=waiting]");
        (await open.Page.Locator("div.flame").TextContentAsync())!.ShouldContain("Enter_Slowpath");
    }

    static async Task<string[]> Violations(IPage page)
    {
        await page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        return await page.EvaluateAsync<string[]>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.flatMap(v => v.nodes.slice(0, 3).map(n => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary}`))");
    }
}
