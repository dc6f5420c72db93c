// The live page, asked over real HTTP and seen in a real browser.
using System.Net;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Tests;
using Scope.Store.Hot;

namespace Scope.Cinema.Tests;

[TestClass]
public sealed class LivePageTests
{
    static readonly HttpClient Http = new();

    [TestMethod]
    public async Task Only_the_address_with_the_token_answers()
    {
        await using var page = Start(Service());
        (await StatusOf(page.Url)).ShouldBe(HttpStatusCode.OK);
        (await StatusOf(new(page.Url, "/"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(new(page.Url, "/00000000000000000000000000000000/"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(new(page.Url, "/00000000000000000000000000000000/events"))).ShouldBe(HttpStatusCode.NotFound);
        (await StatusOf(new(page.Url, "other"))).ShouldBe(HttpStatusCode.NotFound);
    }

    [TestMethod]
    [DataRow("evil.example")]
    [DataRow("localhost:1")]
    public async Task A_request_for_another_host_is_refused(string host)
    {
        await using var page = Start(Service());
        using var request = new HttpRequestMessage(HttpMethod.Get, page.Url) { Headers = { Host = host } };
        using var response = await Http.SendAsync(request);
        ((int)response.StatusCode).ShouldBeInRange(400, 499);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("Shop.Api");
    }

    [TestMethod]
    public async Task Nothing_can_be_sent_to_it()
    {
        await using var page = Start(Service());
        using var response = await Http.PostAsync(page.Url, new StringContent("x"));
        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [TestMethod]
    public async Task It_listens_on_the_loopback_only_and_two_pages_have_two_tokens()
    {
        await using var one = Start(Service());
        await using var two = Start(Service());
        one.Url.Host.ShouldBe("127.0.0.1");
        one.Url.AbsolutePath.Length.ShouldBe(34);
        one.Url.AbsolutePath.ShouldNotBe(two.Url.AbsolutePath);
    }

    [TestMethod]
    public async Task A_taken_port_is_told_with_what_to_do()
    {
        await using var page = Start(Service());
        LivePage.TryStart(Service(), SyntheticService.Target, Healthy, page.Url.Port, out var problem).ShouldBeNull();
        problem.ShouldContain($"127.0.0.1:{page.Url.Port}");
        problem.ShouldContain("choose another port");
    }

    [TestMethod]
    public async Task The_stream_sends_a_state_each_second_that_follows_the_history()
    {
        var history = Service();
        await using var page = Start(history);
        using var reader = new StreamReader(await Http.GetStreamAsync(new Uri(page.Url, "events")));
        var before = Requests(await reader.ReadLineAsync());
        (await reader.ReadLineAsync()).ShouldBe("");
        AddRequests(history, 50);
        Requests(await reader.ReadLineAsync()).ShouldBe(before + 50);

        static long Requests(string? line) => System.Text.Json.JsonDocument.Parse(line!["data: ".Length..]).RootElement.GetProperty("requests").GetProperty("count").GetInt64();
    }

    [TestMethod]
    public async Task A_browser_shows_it_and_follows_it_and_says_when_it_ended()
    {
        var history = Service();
        var page = Start(history, () => SyntheticService.Diagnose(history));
        await using var open = await Browser.Open(page.Url.AbsoluteUri);
        await Assertions.Expect(open.Page.Locator(".live")).ToHaveTextAsync("live");
        await Assertions.Expect(open.Page.Locator("h1")).ToHaveTextAsync("Lock contention");
        var requests = open.Page.Locator(".figures dd").First;
        var before = await requests.TextContentAsync();
        AddRequests(history, 500);
        await Assertions.Expect(requests).Not.ToHaveTextAsync(before!);
        open.Complaints.ShouldBeEmpty();
        if (Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") is { } folder) await open.Page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(folder, "live.png") });

        await open.Page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        (await open.Page.EvaluateAsync<string[]>("async () => (await axe.run(document)).violations.map(v => v.id + ' ' + v.nodes[0].html)")).ShouldBeEmpty();
        await page.DisposeAsync();
        await Assertions.Expect(open.Page.Locator(".live")).ToContainTextAsync("not connected");
    }

    [TestMethod]
    public async Task An_empty_history_is_shown_and_filled_later()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        await using var page = Start(history);
        await using var open = await Browser.Open(page.Url.AbsoluteUri);
        await Assertions.Expect(open.Page.Locator("h1")).ToHaveTextAsync("Nothing found so far");
        AddRequests(history, 7);
        await Assertions.Expect(open.Page.Locator(".figures dd").First).ToHaveTextAsync("7");
        open.Complaints.ShouldBeEmpty();
    }

    static LivePage Start(HotIndex history, Func<Diagnosis>? diagnosis = null)
    {
        var page = LivePage.TryStart(history, SyntheticService.Target, diagnosis ?? Healthy, 0, out var problem);
        page.ShouldNotBeNull(problem);
        return page;
    }

    static Diagnosis Healthy() => new(EventTime.Min, EventTime.Max, []);

    static HotIndex Service()
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        SyntheticService.Fill(history.Catalog, history, 8000, 20);
        return history;
    }

    static void AddRequests(HotIndex history, int count)
    {
        var last = history.Count == 0 ? new EventTime(1_795_226_400_000_000_000) : history.Last;
        for (var i = 0; i < count; i++) history.Append(new() { Kind = EventKind.Request, Time = last + i * 1000, Value = 1_000_000, Name = history.Catalog.Names.Intern("GET /more"), Detail = 200 });
        history.Advance(last + count * 1000);
    }

    static async Task<HttpStatusCode> StatusOf(Uri url)
    {
        using var response = await Http.GetAsync(url);
        return response.StatusCode;
    }
}
