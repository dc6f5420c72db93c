// The measure of attribution: the shop stamps each exception and each statement with the span it belongs to and notes what
// its threads burnt for; a recording with the deep profile has to say the same.
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Testing;

namespace Scope.Truth.Tests;

[TestClass]
public sealed class TruthTests
{
    const double EventsRight = 0.99, SamplesRight = 0.95;
    const int Requests = 240;

    static RecordedRun s_run = null!;
    static TruthFile s_truth = null!;
    static LoadResult s_load = null!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task Record(TestContext context)
    {
        using var folder = new TemporaryFolder();
        await using var postgres = await PostgresServer.StartAsync();
        var file = Path.Combine(folder.Path, "truth.jsonl");
        await using (var shop = await TargetProcess.StartAsync("Shop", "--postgres", postgres.ConnectionString, "--truth", file))
        {
            // Its pools and caches fill, so that no request is under way that began before we came.
            await using (var warmUp = Load.Start(shop, "truth-db", 10)) (await warmUp.EndAsync()).Failed.ShouldBe(0);
            s_run = await RecordedRun.StartAsync(shop.Id, ProfileTable.Find("deep")!);
            await using (var load = Load.Start(shop, "truth-db", Requests, concurrency: 4)) s_load = await load.EndAsync(TimeSpan.FromSeconds(120));
            await s_run.StopAsync();
            await shop.StopAsync();
        }
        s_truth = new(file);
    }

    [TestMethod]
    public void An_exception_is_given_to_the_span_that_threw_it()
    {
        var stamped = s_run.Events.Where(e => e.Kind == EventKind.ExceptionThrown)
            .Select(e => (Event: e, Truth: TruthFile.SpanIn(Field(e, "message")))).Where(pair => pair.Truth is not null).ToList();
        Score("exceptions", stamped, pair => SpanText(pair.Event.Span) == pair.Truth, pair => pair.Event.Span.IsNone).ShouldBeGreaterThanOrEqualTo(EventsRight);
        stamped.Count.ShouldBeGreaterThan(Requests / 2);
    }

    [TestMethod]
    public void No_exception_is_missing()
    {
        var first = s_run.Events[0].Time;
        var thrown = s_truth.Records.Count(r => r.Kind == "exception" && s_run.Clock.At(r.StartTicks) >= first);
        s_run.Events.Count(e => e.Kind == EventKind.ExceptionThrown && TruthFile.SpanIn(Field(e, "message")) is not null).ShouldBeGreaterThanOrEqualTo((int)(thrown * EventsRight));
    }

    [TestMethod]
    public void A_statement_is_given_to_the_span_that_sent_it()
    {
        var stamped = s_run.Events.Where(e => e.Kind == EventKind.Sql)
            .Select(e => (Event: e, Truth: TruthFile.SpanIn(Field(e, "sql")))).Where(pair => pair.Truth is not null).ToList();
        Score("statements", stamped, pair => SpanText(pair.Event.Parent) == pair.Truth, pair => pair.Event.Parent.IsNone).ShouldBeGreaterThanOrEqualTo(EventsRight);
        stamped.Count.ShouldBeGreaterThan(Requests / 4);
    }

    [TestMethod]
    public void A_sample_is_given_to_the_span_that_its_thread_works_for()
    {
        var sampled = s_run.Events.Where(e => e.Kind == EventKind.CpuSample)
            .Select(e => (Event: e, Truth: s_truth.BurntFor(s_run.Catalog.Threads.OsIdOf(e.Thread), (start, end) => e.Time >= s_run.Clock.At(start) && e.Time <= s_run.Clock.At(end))))
            .Where(pair => pair.Truth is not null).ToList();
        Score("samples", sampled, pair => SpanText(pair.Event.Span) == pair.Truth, pair => pair.Event.Span.IsNone).ShouldBeGreaterThanOrEqualTo(SamplesRight);
        sampled.Count.ShouldBeGreaterThan(100);
    }

    [TestMethod]
    public void A_request_is_told_once_with_its_route_and_status()
    {
        var requests = s_run.Events.Where(e => e.Kind == EventKind.Request && (e.Flags & EventFlags.Partial) == 0).ToList();
        requests.Count.ShouldBe(s_load.Sent);
        requests.Select(e => e.Span).Distinct().Count().ShouldBe(requests.Count);
        requests.ShouldAllBe(e => e.Detail == 200);
        requests.Select(e => s_run.Catalog.Names[e.Name]).Distinct().ShouldBe(
            ["GET /truth/exceptions", "GET /truth/burns", "GET /truth/sql", "GET /api/customers/{id}/orders", "GET /customers/{id}/balance"], ignoreOrder: true);
    }

    [TestMethod]
    public void All_of_a_flow_carries_its_flow()
    {
        var flowOf = s_run.Events.Where(e => KindSet.Spans.Contains(e.Kind)).ToDictionary(e => e.Span, e => e.Flow);
        s_run.Events.Where(e => flowOf.ContainsKey(e.Span)).ShouldAllBe(e => e.Flow == flowOf[e.Span]);
    }

    [TestMethod]
    public void An_exception_names_the_method_that_threw_and_a_sample_the_one_that_ran()
    {
        var throwers = s_run.Events.Where(e => e.Kind == EventKind.ExceptionThrown && TruthFile.SpanIn(Field(e, "message")) is not null).Select(MethodText).ToList();
        throwers.Count(name => name == "Scope.Targets.Shop.Truth.TruthWork.Throw").ShouldBeGreaterThanOrEqualTo((int)(throwers.Count * EventsRight));
        s_run.Events.Count(e => e.Kind == EventKind.CpuSample && (e.Flags & EventFlags.OnCpu) != 0 && MethodText(e).StartsWith("Scope.Targets.Shop.Truth.TruthWork.Burn")).ShouldBeGreaterThan(50);
    }

    [TestMethod]
    public void A_link_names_an_earlier_event_and_its_effect()
    {
        var links = s_run.Events.Select((e, at) => (Event: e, At: at)).Where(pair => pair.Event.Kind == EventKind.Link).ToList();
        links.ShouldNotBeEmpty();
        foreach (var (link, at) in links)
        {
            link.Value.ShouldBeInRange(0, at - 1);
            link.Related.Value.ShouldBeInRange(1, at);
            ((LinkKind)link.Detail).ShouldNotBe(LinkKind.None);
        }
    }

    double Score<T>(string what, IReadOnlyCollection<T> all, Func<T, bool> isRight, Func<T, bool> isNone)
    {
        var right = all.Count(isRight);
        var none = all.Count(isNone);
        TestContext.WriteLine($"{what}: {all.Count}, right {100.0 * right / all.Count:F2} %, wrong {100.0 * (all.Count - right - none) / all.Count:F2} %, given to none {100.0 * none / all.Count:F2} %");
        return (double)right / all.Count;
    }

    static string SpanText(SpanId span) => s_run.Catalog.Spans[span].SpanText;

    static string MethodText(ScopeEvent e) => s_run.Catalog.Methods[e.Method]?.FullName ?? "";

    static string? Field(ScopeEvent e, string name) => s_run.Catalog.Payloads.Field(e.Payload, s_run.Catalog.Names.Find(name));
}
