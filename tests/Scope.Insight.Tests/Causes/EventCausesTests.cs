// The causes of the second hour: each in a story that has it, and in one that only looks like it.
using Scope.Events;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class EventCausesTests
{
    const string Route = "GET /prices", Mvc = "dynamicClass::lambda_method12";

    [TestMethod]
    [DataRow("System.Text.RegularExpressions.Regex::Match", "regex-backtracking")]
    [DataRow("System.Threading.SpinWait::SpinOnce", "spin-wait")]
    [DataRow("Microsoft.Extensions.Logging.Logger::Log", "logging-storm")]
    public void Running_time_inside_of_a_library_is_blamed_on_the_method_that_calls_it(string library, string cause)
    {
        var finding = Busy(library, "Shop.Prices::Check", Mvc).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe((cause, "Shop.Prices.Check"));
        finding.Evidence.ShouldNotBeEmpty();
        finding.Reasoning.ShouldStartWith("Culprit: the application's deepest frame below ");
    }

    [TestMethod]
    public void Running_time_of_the_method_itself_is_no_librarys() => Busy("Shop.Prices::Check", Mvc).Diagnosed()[0].Cause.ShouldBe("cpu-hot-method");

    [TestMethod]
    [DataRow("System.IO.MemoryStream::set_Capacity", "large-response-buffering")]
    [DataRow("System.GC::AllocateUninitializedArray", "large-object-allocation")]
    public void Large_objects_that_full_collections_follow_are_told_by_what_they_are_for(string inside, string cause)
    {
        var story = new Story();
        var stack = story.Stack(inside, "Shop.Export::All", Mvc);
        story.Traffic(Route, 20, 20, 8, (work, at) => work.Allocates("System.Byte[]", stack, at + 1, 2_000_000, large: true));
        for (var at = 500; at < 20_000; at += 1000) story.Collection(at, 4, 2, "large object allocation");
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe((cause, "Shop.Export.All"));
    }

    [TestMethod]
    public void A_failure_that_is_caught_last_in_the_application_and_answered_with_success_is_swallowed()
    {
        var finding = Failing("Shop.PaymentFailed", 200).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("swallowed-exceptions", "Shop.Checkout.Pay", Severity.Warning));
    }

    [TestMethod]
    public void A_failure_that_is_told_is_not_swallowed() =>
        Failing("Shop.PaymentFailed", 500).Diagnosed().ShouldNotContain(f => f.Cause == "swallowed-exceptions");

    [TestMethod]
    public void A_question_that_is_asked_by_an_exception_hides_nothing() => Failing("System.FormatException", 200).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void An_exception_that_passes_through_an_async_method_is_not_swallowed_there()
    {
        var story = new Story();
        var first = story.Stack("Shop.Bank::Charge", "Shop.Checkout+<PayAsync>d__2::MoveNext");
        var again = story.Stack("System.Runtime.ExceptionServices.ExceptionDispatchInfo::Throw", "Shop.Orders+<PlaceAsync>d__1::MoveNext");
        story.Traffic(Route, 20, 20, 8, (work, at) =>
        {
            if ((int)at % 250 != 0) return;
            work.Throws("Shop.PaymentFailed", first, at + 1);
            work.Catches("Shop.Checkout+<PayAsync>d__2::MoveNext", at + 1.1);
            work.Throws("Shop.PaymentFailed", again, at + 1.2);
            work.Catches("Microsoft.AspNetCore.Server::Execute", at + 1.3);
        });
        story.Diagnosed().ShouldNotContain(f => f.Cause == "swallowed-exceptions");
    }

    [TestMethod]
    public void A_call_that_fails_and_is_made_again_and_again_is_a_storm_of_retries()
    {
        var story = new Story();
        var calling = story.Stack("System.Net.Http.HttpClient::SendAsync", "Shop.Rates+<FetchAsync>d__1::MoveNext");
        story.Traffic(Route, 5, 20, 60, (work, at) =>
        {
            for (var i = 0; i < 4; i++) work.Call("GET rates.example", at + 10 * i, 9, 503);
            work.Standing(calling, at, at + 40);
        });
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("retry-storm", "Shop.Rates.FetchAsync"));
    }

    [TestMethod]
    public void Calls_that_succeed_are_no_retries()
    {
        var story = new Story().Traffic(Route, 5, 20, 60, (work, at) =>
        {
            for (var i = 0; i < 4; i++) work.Call("GET rates.example", at + 10 * i, 9);
        });
        story.Diagnosed().ShouldNotContain(f => f.Cause == "retry-storm");
    }

    [TestMethod]
    public void A_connection_for_each_call_is_misuse_of_the_client_and_one_for_all_is_not()
    {
        Connecting(_ => true).Diagnosed()[0].Cause.ShouldBe("http-client-misuse");
        Connecting(at => at < 500).Diagnosed().ShouldBeEmpty();

        static Story Connecting(Func<double, bool> connects) => new Story().Traffic(Route, 10, 20, 30, (work, at) =>
        {
            if (connects(at)) work.Step("HTTP connection_setup rates.example:443", at, 3);
            work.Call("GET rates.example", at, 9);
        });
    }

    [TestMethod]
    public void Names_that_take_long_to_look_up_delay_the_calls()
    {
        var finding = new Story().Traffic(Route, 10, 20, 300, (work, at) =>
        {
            work.Step("DNS lookup rates.example", at, 200);
            work.Call("GET rates.example", at, 250);
        }).Diagnosed()[0];
        (finding.Cause, finding.Also[0]).ShouldBe(("dns-or-tls-delay", "DNS lookup rates.example"));
    }

    [TestMethod]
    public void A_handshake_that_goes_on_after_its_first_message_is_as_long_as_setting_up_the_connection()
    {
        var finding = new Story().Traffic(Route, 10, 20, 700, (work, at) =>
        {
            work.Connects("identity.example", at, 600);
            work.Call("GET identity.example", at, 690);
        }).Diagnosed()[0];
        (finding.Cause, finding.Also[0]).ShouldBe(("dns-or-tls-delay", "TLS client handshake identity.example"));
        finding.Summary.ShouldContain("TLS handshake, 59");
    }

    [TestMethod]
    public void Failures_that_are_many_for_each_request_are_control_flow_and_nothing_is_hidden()
    {
        var story = new Story();
        var thrown = story.Stack("Shop.Rules::Check", "Shop.Orders::Place", Mvc);
        story.Traffic(Route, 20, 20, 8, (work, at) =>
        {
            for (var i = 0; i < 4; i++)
            {
                work.Throws("Shop.Refused", thrown, at + i);
                work.Catches("Shop.Orders::Place", at + i + 0.1);
            }
        });
        story.Diagnosed().ShouldHaveSingleItem().ShouldBe("exception-storm", "Shop.Rules.Check");
    }

    [TestMethod]
    public void Who_throws_from_its_catch_has_not_swallowed()
    {
        var story = new Story();
        var (thrown, wrapped) = (story.Stack("Shop.Bank::Charge", "Shop.Checkout::Pay", "Shop.Orders::Place"), story.Stack("Shop.Checkout::Pay", "Shop.Orders::Place"));
        story.Traffic(Route, 20, 20, 8, (work, at) =>
        {
            if ((int)at % 400 != 0) return;
            work.Throws("Shop.PaymentFailed", thrown, at + 1);
            work.Catches("Shop.Checkout::Pay", at + 1.1);
            work.Throws("Shop.OrderFailed", wrapped, at + 1.2);
            work.Catches("Shop.Orders::Place", at + 1.3);
        });
        story.Diagnosed().Where(f => f.Cause == "swallowed-exceptions").ShouldHaveSingleItem().Culprit.ShouldBe("Shop.Orders.Place");
    }

    [TestMethod]
    public void A_failure_that_the_caller_is_told_as_its_own_is_not_swallowed() => Failing("Shop.CouponInvalid", 400).Diagnosed().ShouldNotContain(f => f.Cause == "swallowed-exceptions");

    [TestMethod]
    public void Records_that_nobody_recorded_are_told_by_what_formatting_them_allocates()
    {
        Logging(50_000).Diagnosed()[0].ShouldBe("logging-storm", "Shop.Discounts.Apply");
        Logging(1_000).Diagnosed().ShouldBeEmpty();

        static Story Logging(long bytes)
        {
            var story = new Story();
            var formatting = story.Stack("System.Text.StringBuilder::ToString", "Microsoft.Extensions.Logging.FormattedLogValues::ToString", "Shop.Discounts::Apply", Mvc);
            return story.Traffic(Route, 20, 20, 8, (work, at) => work.Allocates("System.String", formatting, at + 1, bytes));
        }
    }

    [TestMethod]
    public void A_body_that_the_client_gathers_when_nobody_is_on_the_stack_is_its_callers()
    {
        var story = new Story();
        var (gathering, calling) = (story.Stack("System.String::Ctor", "System.Net.Http.HttpContent::ReadBufferAsString"), story.Stack("System.Net.Http.HttpClient::GetStringAsync", "Shop.Feed+<ReadAsync>d__1::MoveNext"));
        story.Traffic(Route, 20, 20, 30, (work, at) =>
        {
            work.Standing(calling, at, at + 10);
            work.Allocates("System.String", gathering, at + 20, 4_000_000, large: true);
        });
        for (var at = 500; at < 20_000; at += 1000) story.Collection(at, 4, 2, "large object allocation");
        story.Diagnosed()[0].ShouldBe("large-response-buffering", "Shop.Feed.ReadAsync");
    }

    [TestMethod]
    public void Methods_made_at_run_time_all_the_time_are_a_storm_and_those_of_the_start_are_not()
    {
        Compiling(0, 20).Diagnosed()[0].Cause.ShouldBe("jit-storm");
        Compiling(0, 8).Diagnosed().ShouldBeEmpty();

        static Story Compiling(double from, double to)
        {
            var story = new Story().Traffic(Route, 20, 20, 5);
            var lambda = story.Catalog.CodeNodes.MethodOf(story.Catalog.Stacks.Frames(story.BareStack(Mvc)).First());
            for (var at = from * 1000; at < to * 1000; at += 100) story.Add(EventKind.MethodCompiled, at, e => e with { Method = lambda });
            return story;
        }
    }

    [TestMethod]
    public void Code_in_assemblies_of_its_own_is_a_leak_of_assemblies_and_not_only_a_storm_of_compiling()
    {
        var story = new Story().Traffic(Route, 20, 20, 5);
        var making = story.BareStack("System.Xml.Serialization.XmlSerializer::.ctor", "Shop.Invoices::Write");
        var lambda = story.Catalog.CodeNodes.MethodOf(story.Catalog.Stacks.Frames(story.BareStack(Mvc)).First());
        for (var at = 0; at < 20_000; at += 100)
        {
            story.Add(EventKind.ModuleLoaded, at, e => e);
            story.Add(EventKind.MethodCompiled, at, e => e with { Method = lambda });
        }
        story.Samples(story.NewThread(), making, 0, 20_000, running: true);
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("assembly-leak", "Shop.Invoices.Write"));
    }

    [TestMethod]
    public void Slow_first_requests_of_a_process_that_just_began_are_its_cold_start()
    {
        Starting(1).Diagnosed()[0].Cause.ShouldBe("cold-start");
        Starting(3600).Diagnosed().ShouldNotContain(f => f.Cause == "cold-start");
        // A route that is slow all the time beside one that is quick all the time.
        var mixed = Starting(1, slow: 0).Traffic("GET /export", 2, 4, 900);
        mixed.Diagnosed().ShouldNotContain(f => f.Cause == "cold-start");

        static Story Starting(double secondsBefore, int slow = 36)
        {
            var story = new Story(startedSecondsBefore: secondsBefore);
            for (var i = 0; i < 400; i++) story.Request(Route, i * 50, i < slow ? 400 : 5);
            for (var i = 0; i < 500; i++) story.Add(EventKind.MethodCompiled, i * 2, e => e);
            return story;
        }
    }

    [TestMethod]
    public void A_start_that_works_for_seconds_before_the_first_request_is_cold_and_one_that_nobody_asked_is_not()
    {
        var finding = Loading(3000).Diagnosed().ShouldHaveSingleItem();
        (finding.Cause, finding.Culprit).ShouldBe(("cold-start", "Shop.RuleBook.Load"));
        Loading(300).Diagnosed().ShouldBeEmpty();

        static Story Loading(double workMillis)
        {
            var story = new Story(startedSecondsBefore: 0);
            var main = story.Thread(1);
            story.Samples(main, story.BareStack("System.Security.Cryptography.Rfc2898DeriveBytes::Pbkdf2", "Shop.RuleBook::Load", "Program::<Main>$"), 200, 200 + workMillis, true);
            story.Samples(main, story.BareStack("System.Threading.Monitor::Wait", "Program::<Main>$"), 200 + workMillis, 20_000, false);
            for (var i = 0; i < 400; i++) story.Request(Route, 4000 + i * 40, 5);
            return story;
        }
    }

    [TestMethod]
    public void An_exception_that_an_async_void_method_lost_is_blamed_on_that_method()
    {
        var story = new Story().Traffic(Route, 20, 20, 5);
        var thrown = story.Stack("Shop.Feed+<ReadAsync>d__2::MoveNext");
        var lost = story.Stack("System.Runtime.ExceptionServices.ExceptionDispatchInfo::Throw", "Shop.Feed+<OnTick>d__1::MoveNext");
        var ending = story.Stack("System.Runtime.ExceptionServices.ExceptionDispatchInfo::Throw", "System.Threading.Tasks.Task+<>c::<ThrowAsync>b__128_1");
        foreach (var (stack, at) in new[] { (thrown, 19_000), (lost, 19_001), (ending, 19_002) })
            story.Add(EventKind.ExceptionThrown, at, e => e with { Name = story.Catalog.Names.Intern("Shop.FeedBroken"), Stack = stack });
        story.Add(EventKind.ExceptionUnhandled, 19_003, e => e with { Name = story.Catalog.Names.Intern("Shop.FeedBroken") });
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("async-void", "Shop.Feed.OnTick", Severity.Critical));
    }

    [TestMethod]
    public void An_async_void_method_is_told_by_the_stack_that_the_runtime_writes_too()
    {
        var story = new Story().Traffic(Route, 20, 20, 5);
        var written = story.Stack("Shop.Feed::Read", "Shop.Feed::OnTick", "System.Threading.Tasks.Task.<>c::<ThrowAsync>b__124_1");
        story.Add(EventKind.ExceptionUnhandled, 19_003, e => e with { Name = story.Catalog.Names.Intern("Shop.FeedBroken"), Stack = written });
        var finding = story.Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("async-void", "Shop.Feed.Read"));
    }

    static Story Busy(params string[] frames)
    {
        var story = new Story();
        var stack = story.Stack(frames);
        return story.Traffic(Route, 10, 20, 90, (work, at) => work.Running(stack, at, at + 80));
    }

    /// <summary>Every eighth request fails inside, and is answered with a status.</summary>
    static Story Failing(string type, int status)
    {
        var story = new Story();
        var stack = story.Stack("Shop.Bank::Charge", "Shop.Checkout::Pay", Mvc);
        return story.Traffic(Route, 20, 20, 8, (work, at) =>
        {
            if ((int)at % 400 != 0) return;
            work.Throws(type, stack, at + 1);
            work.Catches("Shop.Checkout::Pay", at + 1.1);
        }, i => i % 8 == 0 ? status : 200);
    }
}
