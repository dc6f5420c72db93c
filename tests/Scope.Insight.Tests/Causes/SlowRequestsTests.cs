// Slow routes: where their time is, and what only looks slow.
using Scope.Events;
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class SlowRequestsTests
{
    [TestMethod]
    public void Requests_that_began_before_the_attach_are_no_slow_route_of_their_own()
    {
        var story = new Story();
        for (var i = 0; i < 60; i++)
            story.Add(EventKind.Request, 100 + i, e => e with { Value = Story.Nanos(900), Name = story.Catalog.Names.Intern("request"), Span = story.Catalog.Spans.New(), Flow = story.Catalog.Flows.New(), Detail = 200, Flags = EventFlags.Partial });
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void A_slow_host_is_a_slow_dependency()
    {
        var story = Healthy();
        var stack = story.Stack("System.Net.Http.HttpClient::SendAsync", "Shop.BankClient+<ConfirmAsync>d__2::MoveNext", "Shop.Payments+<PayAsync>d__1::MoveNext");
        story.Traffic("POST /pay", 10, 20, 620, (work, at) =>
        {
            work.Call("GET bank", at + 5, 600);
            if ((int)at % 1000 == 0) work.Running(stack, at, at + 10);
        });
        First(story).ShouldBe("slow-dependency", "Shop.BankClient.ConfirmAsync");
    }

    [TestMethod]
    public void Calls_one_after_the_other_are_blamed_on_the_method_with_the_loop()
    {
        var story = Healthy();
        var begin = story.Stack("System.Net.Http.HttpClient::SendAsync", "Shop.SupplierClient+<OfferAsync>d__2::MoveNext", "Shop.SupplierClient::OfferAsync", "Shop.Quotes+<CollectAsync>d__1::MoveNext");
        var next = story.Stack("System.Net.Http.HttpClient::SendAsync", "Shop.SupplierClient+<OfferAsync>d__2::MoveNext", "Shop.SupplierClient::OfferAsync", "Shop.Quotes+<CollectAsync>d__1::MoveNext",
            "System.Threading.Tasks.AwaitTaskContinuation::RunOrScheduleAction", "Shop.SupplierClient+<OfferAsync>d__2::MoveNext");
        story.Traffic("GET /quotes", 10, 20, 420, (work, at) =>
        {
            for (var i = 0; i < 8; i++) work.Call("GET supplier", at + 5 + i * 50, 50);
            work.Running((int)at % 500 == 0 ? next : begin, at, at + 10);
        });
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("slow-requests", "Shop.Quotes.CollectAsync");
    }

    [TestMethod]
    public void Calls_made_at_once_are_no_loop()
    {
        var story = Healthy();
        story.Traffic("GET /quotes", 10, 20, 60, (work, at) =>
        {
            for (var i = 0; i < 8; i++) work.Call("GET supplier", at + 1, 50 + i);
        });
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void A_slow_route_is_blamed_on_the_method_that_sleeps_in_it()
    {
        var story = Healthy();
        var stack = story.Stack("System.Threading.Thread::SleepInternal", "System.Threading.Thread::Sleep", "Shop.Legacy::Poll", Mvc);
        story.Traffic("GET /legacy", 5, 20, 400, (work, at) => work.Standing(stack, at, at + 390));
        var finding = First(story);
        finding.ShouldBe("slow-requests", "Shop.Legacy.Poll");
        finding.Summary.ShouldContain("Thread.Sleep");
    }

    [TestMethod]
    public void A_route_that_takes_its_time_evenly_is_not_slow_because_a_busy_machine_delays_some()
    {
        var story = Healthy();
        for (var i = 0; i < 400; i++) story.Request("GET /confirm", i * 50, i % 8 == 0 ? 230 : 155);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void A_slow_route_without_any_lead_is_told_as_information()
    {
        var story = Healthy();
        story.Traffic("GET /poll", 5, 20, 900);
        var finding = First(story);
        finding.ShouldBe("slow-requests", "GET /poll");
        finding.Severity.ShouldBe(Severity.Info);
    }

    [TestMethod]
    public void Requests_that_never_end_are_found_where_their_threads_stand_still()
    {
        var story = Healthy();
        story.Traffic("GET /orders/{id}/lines", 10, 20, 5);
        var stack = story.Stack([.. ResultWait, "Shop.Lines::Load", Mvc]);
        for (var i = 0; i < 3; i++) story.OpenRequest($"GET /orders/{4000 + i}/lines", 6000 + i, work => work.Standing(stack, 6010, 20_000, 100));
        var finding = story.Diagnosed().Single(f => f.Cause == "slow-requests");
        finding.Culprit.ShouldBe("Shop.Lines.Load");
        finding.Also.ShouldContain("GET /orders/{id}/lines");
        finding.Summary.ShouldContain("3 requests");
        finding.Summary.ShouldContain("14 s");
        finding.Evidence.Count.ShouldBe(3);
    }

    [TestMethod]
    public void Requests_that_never_end_in_an_await_are_told_by_their_route()
    {
        var story = Healthy();
        story.Traffic("GET /orders/{id}/lines", 10, 20, 5);
        for (var i = 0; i < 5; i++) story.OpenRequest($"GET /orders/{4000 + i}/lines", 2000);
        var finding = First(story);
        finding.ShouldBe("slow-requests", "GET /orders/{id}/lines");
        finding.Severity.ShouldNotBe(Severity.Info);
    }

    [TestMethod]
    public void Requests_that_began_before_any_end_was_told_may_have_ended()
    {
        var story = Healthy();
        for (var i = 0; i < 5; i++) story.OpenRequest("GET /products", 0.01 + i);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void One_request_that_never_ended_among_many_that_did_is_information()
    {
        var story = Healthy();
        story.OpenRequest("GET /products", 1000);
        First(story).Severity.ShouldBe(Severity.Info);
    }

    [TestMethod]
    public void An_open_request_of_a_route_that_nothing_is_known_of_may_be_a_socket_and_is_information()
    {
        var story = Healthy();
        story.OpenRequest("GET /live", 1000);
        First(story).Severity.ShouldBe(Severity.Info);
    }

    [TestMethod]
    public void Requests_that_have_just_begun_are_not_stuck()
    {
        var story = Healthy();
        for (var i = 0; i < 5; i++) story.OpenRequest("GET /products", 19_000);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void A_socket_that_stays_open_is_not_slow()
    {
        var story = Healthy();
        story.Traffic("GET /hub", 2, 20, 5000, status: _ => 101);
        story.Diagnosed().ShouldBeEmpty();
    }
}
