// The measure of attribution: the shop stamps each exception and each statement with the span it belongs to and notes what
// its threads burnt for; a recording has to say the same, whichever way its spans were told.
using Scope.Events;

namespace Scope.Truth.Tests;

public abstract class TruthContract
{
    const double EventsRight = 0.99;

    /// <summary>What was recorded, and what is true.</summary>
    protected abstract TruthRun Run { get; }

    /// <summary>The share of samples that must be given to the right span.</summary>
    protected virtual double SamplesRight => 0.95;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void An_exception_is_given_to_the_span_that_threw_it()
    {
        var stamped = Recorded.Events.Where(e => e.Kind == EventKind.ExceptionThrown)
            .Select(e => (Event: e, Truth: TruthFile.SpanIn(Field(e, "message")))).Where(pair => pair.Truth is not null).ToList();
        Score("exceptions", stamped, pair => SpanText(pair.Event.Span) == pair.Truth, pair => pair.Event.Span.IsNone).ShouldBeGreaterThanOrEqualTo(EventsRight);
        stamped.Count.ShouldBeGreaterThan(TruthRun.Requests / 2);
    }

    [TestMethod]
    public void No_exception_is_missing()
    {
        var first = Recorded.Events[0].Time;
        var thrown = Run.Truth.Records.Count(r => r.Kind == "exception" && Recorded.Clock.At(r.StartTicks) >= first);
        Recorded.Events.Count(e => e.Kind == EventKind.ExceptionThrown && TruthFile.SpanIn(Field(e, "message")) is not null).ShouldBeGreaterThanOrEqualTo((int)(thrown * EventsRight));
    }

    [TestMethod]
    public void A_statement_is_given_to_the_span_that_sent_it()
    {
        var stamped = Recorded.Events.Where(e => e.Kind == EventKind.Sql)
            .Select(e => (Event: e, Truth: TruthFile.SpanIn(Field(e, "sql")))).Where(pair => pair.Truth is not null).ToList();
        Score("statements", stamped, pair => SpanText(pair.Event.Parent) == pair.Truth, pair => pair.Event.Parent.IsNone).ShouldBeGreaterThanOrEqualTo(EventsRight);
        stamped.Count.ShouldBeGreaterThan(TruthRun.Requests / 4);
    }

    [TestMethod]
    public void A_sample_is_given_to_the_span_that_its_thread_works_for()
    {
        var sampled = Recorded.Events.Where(e => e.Kind == EventKind.CpuSample)
            .Select(e => (Event: e, Truth: Run.Truth.BurntFor(Recorded.Catalog.Threads.OsIdOf(e.Thread), (start, end) => e.Time >= Recorded.Clock.At(start) && e.Time <= Recorded.Clock.At(end))))
            .Where(pair => pair.Truth is not null).ToList();
        Score("samples", sampled, pair => SpanText(pair.Event.Span) == pair.Truth, pair => pair.Event.Span.IsNone).ShouldBeGreaterThanOrEqualTo(SamplesRight);
        sampled.Count.ShouldBeGreaterThan(100);
    }

    [TestMethod]
    public void A_request_is_told_once_with_its_route_and_status()
    {
        var requests = Recorded.Events.Where(e => e.Kind == EventKind.Request && (e.Flags & EventFlags.Partial) == 0).ToList();
        requests.Count.ShouldBe(Run.Load.Sent);
        requests.Select(e => e.Span).Distinct().Count().ShouldBe(requests.Count);
        requests.ShouldAllBe(e => e.Detail == 200);
        requests.Select(e => Recorded.Catalog.Names[e.Name]).Distinct().ShouldBe(
            ["GET /truth/exceptions", "GET /truth/burns", "GET /truth/sql", "GET /api/customers/{id}/orders", "GET /customers/{id}/balance"], ignoreOrder: true);
    }

    [TestMethod]
    public void All_of_a_flow_carries_its_flow()
    {
        var flowOf = Recorded.Events.Where(e => KindSet.Spans.Contains(e.Kind)).ToDictionary(e => e.Span, e => e.Flow);
        Recorded.Events.Where(e => flowOf.ContainsKey(e.Span)).ShouldAllBe(e => e.Flow == flowOf[e.Span]);
    }

    [TestMethod]
    public void An_exception_names_the_method_that_threw_and_a_sample_the_one_that_ran()
    {
        var throwers = Recorded.Events.Where(e => e.Kind == EventKind.ExceptionThrown && TruthFile.SpanIn(Field(e, "message")) is not null).Select(MethodText).ToList();
        throwers.Count(name => name == "Scope.Targets.Shop.Truth.TruthWork.Throw").ShouldBeGreaterThanOrEqualTo((int)(throwers.Count * EventsRight));
        Recorded.Events.Count(e => e.Kind == EventKind.CpuSample && (e.Flags & EventFlags.OnCpu) != 0 && MethodText(e).StartsWith("Scope.Targets.Shop.Truth.TruthWork.Burn")).ShouldBeGreaterThan(50);
    }

    [TestMethod]
    public void A_link_names_an_earlier_event_and_its_effect()
    {
        var links = Recorded.Events.Select((e, at) => (Event: e, At: at)).Where(pair => pair.Event.Kind == EventKind.Link).ToList();
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

    RecordedRun Recorded => Run.Recorded;

    string SpanText(SpanId span) => Recorded.Catalog.Spans[span].SpanText;

    string MethodText(ScopeEvent e) => Recorded.Catalog.Methods[e.Method]?.FullName ?? "";

    string? Field(ScopeEvent e, string name) => Recorded.Catalog.Payloads.Field(e.Payload, Recorded.Catalog.Names.Find(name));
}
