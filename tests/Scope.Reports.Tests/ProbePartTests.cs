// Hits of probes in a flow's waterfall: each call a bar below the span that it was made in, with what was captured, what it
// gave, and what it changed; whatever a target calls its things.
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class ProbePartTests
{
    const long Millisecond = 1_000_000;

    [TestMethod]
    [DataRow("\"web1\"")]
    [DataRow("</script><script>window.hacked = 1</script>")]
    public async Task Calls_stand_in_their_request_with_values_results_and_changes(string value)
    {
        var history = new HotIndex(new Catalog(), new Ledger());
        Fill(history, value);
        using var report = ReportFile.Undiagnosed(history);
        await using var open = await Browser.Open(report.Url);
        var flow = open.Page.Locator(".flows > *").First;
        await flow.EvaluateAsync("one => one.open = true");
        var bars = flow.Locator("a.span");
        (await bars.CountAsync()).ShouldBe(4);
        var labels = await bars.EvaluateAllAsync<string[]>("all => all.map(one => one.getAttribute('aria-label').replaceAll('\u202f', ' '))");
        labels[0].ShouldContain("POST /checkout");
        labels[1].ShouldBe($"method-leave 8 ms  Till.Pay(channel={value}) → 5512");
        (labels[2].Contains("Till.Take(order=7)"), labels[3].Contains("✗ System.TimeoutException: too late")).ShouldBe((true, true), string.Join('\n', labels));
        (await flow.Locator("title").AllTextContentsAsync()).ShouldContain("state-change: Till.served: 3 → 4");
        (await flow.Locator("title").AllTextContentsAsync()).ShouldContain("method-enter: Till.Take: cents=12");
        if (Environment.GetEnvironmentVariable("SCOPE_SCREENSHOTS") is { } folder) await flow.ScreenshotAsync(new() { Path = Path.Combine(folder, "probes.png") });
        await bars.Nth(1).Locator("rect").ClickAsync();
        (await open.Page.Locator("aside.panel").TextContentAsync())!.ShouldContain(value);
        (await open.Page.EvaluateAsync<bool>("'hacked' in window")).ShouldBeFalse();
        open.Complaints.ShouldBeEmpty();
    }

    static void Fill(HotIndex history, string value)
    {
        var catalog = history.Catalog;
        var target = catalog.Targets.Add(SyntheticService.Target);
        var (thread, flow, span) = (catalog.Threads.Intern(target, 7), new FlowId(1), new SpanId(1));
        var start = new EventTime(1_795_226_400_000_000_000);
        ScopeEvent Event(EventKind kind, double endMillis, double tookMillis, string method, params (string Key, string Text)[] values) => new()
        {
            Kind = kind, Time = start + (long)(endMillis * Millisecond), Value = (long)(tookMillis * Millisecond), Target = target, Thread = thread, Flow = flow, Span = span,
            Method = catalog.Methods.Intern(new(default, 0, "Shop.Till", method, "")), Payload = PayloadOf(catalog, values),
        };
        history.Append(Event(EventKind.MethodEnter, 3, 0, "Take", ("line", "cents=12")) with { Detail = 1 });
        history.Append(Event(EventKind.MethodLeave, 4, 3, "Take", ("order", "7")));
        history.Append(Event(EventKind.StateChange, 4, 0, "Take", ("before", "3"), ("after", "4")) with { Name = catalog.Names.Intern("Till.served"), Value = 4 });
        history.Append(Event(EventKind.MethodException, 7, 2, "Confirm", ("message", "too late")) with { Name = catalog.Names.Intern("System.TimeoutException"), Flags = EventFlags.Error });
        history.Append(Event(EventKind.MethodLeave, 8.5, 8, "Pay", ("channel", value), ("return value", "5512")));
        history.Append(Event(EventKind.Request, 10, 10, "Pay") with { Method = default, Payload = default, Name = catalog.Names.Intern("POST /checkout"), Detail = 200 });
        history.Advance(EventTime.Max);
    }

    static PayloadId PayloadOf(Catalog catalog, (string Key, string Text)[] values)
    {
        if (values.Length == 0) return default;
        var writer = new PayloadWriter(new byte[Limits.PayloadBytes]);
        foreach (var (key, text) in values) writer.Add(catalog.Names.Intern(key), text);
        return catalog.Payloads.Add(writer.Written);
    }
}
