// Each cause found in a story that has it, with its culprit first; and stories of busy services that have none.
using Scope.Events;

namespace Scope.Insight.Tests;

[TestClass]
public class DiagnosticianTests
{
    const string Mvc = "dynamicClass::lambda_method12";
    static readonly string[] Heartbeat = ["System.Threading.Monitor::Wait", "Microsoft.AspNetCore.Kestrel.Heartbeat::TimerLoop"];
    static readonly string[] ResultWait =
    [
        "System.Threading.Monitor::Wait", "System.Threading.ManualResetEventSlim::Wait", "System.Threading.Tasks.Task::SpinThenBlockingWait",
        "System.Threading.Tasks.Task::InternalWaitCore", "System.Threading.Tasks.Task`1[System.__Canon]::GetResultCore",
    ];

    [TestMethod]
    public void An_empty_history_has_no_findings() => new Story().Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void A_busy_healthy_service_has_no_findings() => Healthy().Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void Requests_that_began_before_the_attach_are_no_slow_route_of_their_own()
    {
        var story = new Story();
        for (var i = 0; i < 60; i++)
            story.Add(EventKind.Request, 100 + i, e => e with { Value = Story.Nanos(900), Name = story.Catalog.Names.Intern("request"), Span = story.Catalog.Spans.New(), Flow = story.Catalog.Flows.New(), Detail = 200, Flags = EventFlags.Partial });
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void An_exception_here_and_there_is_no_storm()
    {
        var story = Healthy();
        var stack = story.Stack("Shop.Carts::Add", Mvc);
        story.Traffic("POST /carts", 20, 20, 8, (work, at) =>
        {
            if ((int)at % 1000 == 0) work.Throws("Shop.CartFull", stack, at + 1);
        });
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Control_flow_by_exceptions_is_a_storm_of_the_method_that_throws()
    {
        var story = Healthy();
        var stack = story.Stack("System.Number::ThrowFormatException", "System.Int32::Parse", "Shop.CartParser::Quantity", "Shop.CartParser+<ReadAsync>d__2::MoveNext");
        story.Traffic("POST /carts", 20, 20, 8, (work, at) =>
        {
            for (var i = 0; i < 3; i++) work.Throws("System.FormatException", stack, at + i);
        });
        First(story).ShouldBe("exception-storm", "Shop.CartParser.Quantity");
    }

    [TestMethod]
    public void Requests_that_fail_are_blamed_on_the_first_throw_and_not_on_the_awaits_that_pass_it_on()
    {
        var story = Healthy();
        var first = story.Stack("Shop.Catalog::FindOrThrow", "Shop.Catalog+<PageAsync>d__3::MoveNext");
        var again = story.Stack("System.Runtime.ExceptionServices.ExceptionDispatchInfo::Throw", "System.Runtime.CompilerServices.TaskAwaiter::ThrowForNonSuccess", "Shop.Pages+<ShowAsync>d__1::MoveNext");
        story.Traffic("GET /products/{id}", 20, 20, 8, (work, at) =>
        {
            if ((int)at % 100 != 0) return;
            work.Throws("System.InvalidOperationException", first, at + 1);
            for (var i = 0; i < 4; i++) work.Throws("System.InvalidOperationException", again, at + 2 + i);
        }, i => i % 2 == 0 ? 500 : 200);
        First(story).ShouldBe("exception-storm", "Shop.Catalog.FindOrThrow");
    }

    [TestMethod]
    public void A_lock_held_too_long_is_blamed_on_the_one_who_holds_it()
    {
        var story = Healthy();
        var owner = story.Thread(50);
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Ledger::Read", Mvc);
        var holding = story.Stack("System.Threading.Thread::Sleep", "Shop.Audit::Write", "Shop.Ledger::Refresh", "Shop.RefreshWorker+<ExecuteAsync>d__1::MoveNext");
        story.Samples(owner, holding, 0, 20_000, false);
        story.Traffic("GET /stock", 20, 20, 120, (work, at) => work.WaitsForLock("lock 0x1", owner, waiting, at + 2, 100));
        var findings = story.Diagnosed();
        findings[0].Cause.ShouldBe("lock-contention");
        findings[0].Also.ShouldContain("Shop.Ledger.Read");
        findings[0].Culprit.ShouldBe("Shop.Audit.Write"); // Nothing shows which of the owner's frames took the lock.
    }

    [TestMethod]
    public void A_lock_that_all_take_in_one_method_is_blamed_on_that_method_and_explains_the_starved_pool()
    {
        var story = Healthy();
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Ledger::Reserve", Mvc);
        var holding = story.Stack("System.Threading.Thread::Sleep", "Shop.Audit::Write", "Shop.Ledger::Reserve", Mvc);
        for (var i = 0; i < 6; i++) story.Samples(story.Thread(60 + i), waiting, 0, 20_000, false);
        story.Samples(story.Thread(50), holding, 0, 20_000, false);
        story.Traffic("POST /reserve", 20, 20, 300, (work, at) => work.WaitsForLock("lock 0x1", story.Thread(50), waiting, at + 2, 280));
        Starving(story);
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("lock-contention", "Shop.Ledger.Reserve");
        findings[0].Also.ShouldContain("Shop.Audit.Write");
        findings[0].Reasoning.ShouldContain("thread-pool-starvation");
    }

    [TestMethod]
    public void A_lock_that_is_taken_shortly_by_many_is_fine()
    {
        var story = Healthy();
        var waiting = story.Stack("System.Threading.Monitor::Enter_Slowpath", "Shop.Cache::Get", Mvc);
        story.Traffic("GET /cached", 200, 20, 5, (work, at) => work.WaitsForLock("lock 0x2", story.Thread(50), waiting, at + 1, 0.05));
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Waiting_for_tasks_on_pool_threads_starves_the_pool()
    {
        var story = Healthy();
        var blocked = story.Stack([.. ResultWait, "Shop.Gateway::Charge", Mvc]);
        for (var i = 0; i < 8; i++) story.Samples(story.Thread(60 + i), blocked, 0, 20_000, false, 100);
        story.Traffic("POST /payments", 10, 20, 900, (work, at) =>
        {
            work.Call("GET bank", at + 5, 880);
            work.Standing(blocked, at + 5, at + 800, 100);
        });
        Starving(story);
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("thread-pool-starvation", "Shop.Gateway.Charge");
    }

    [TestMethod]
    public void Waiting_for_tasks_without_starving_is_told_by_its_own_name()
    {
        var story = Healthy();
        var blocked = story.Stack([.. ResultWait, "Shop.Gateway+<>c__DisplayClass1_0::<Charge>b__0", Mvc]);
        story.Traffic("POST /payments", 10, 20, 90, (work, at) => work.Standing(blocked, at, at + 80));
        First(story).ShouldBe("sync-over-async", "Shop.Gateway.Charge");
    }

    [TestMethod]
    public void Idle_pool_threads_and_event_loops_are_no_starvation()
    {
        var story = Healthy();
        var idle = story.BareStack("System.Threading.LowLevelLifoSemaphore::WaitNative", "System.Threading.LowLevelLifoSemaphore::Wait", "System.Threading.PortableThreadPool+WorkerThread::WorkerThreadStart");
        for (var i = 0; i < 30; i++) story.Samples(story.Thread(60 + i), idle, 0, 20_000, false, 100);
        Starving(story);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Pauses_of_the_collector_are_blamed_on_the_method_that_makes_the_garbage()
    {
        var story = Healthy();
        var stack = story.Stack("System.String::Concat", "Shop.Reports::Render", Mvc);
        for (var at = 0; at < 20_000; at += 100) story.Collection(at, 15);
        story.Traffic("GET /report", 20, 20, 40, (work, at) =>
        {
            work.Running(stack, at, at + 30);
            for (var i = 0; i < 5; i++) work.Allocates("System.String", stack, at + i, 100_000_000);
        });
        var findings = story.Diagnosed();
        findings[0].ShouldBe("gc-pressure", "Shop.Reports.Render");
        findings.Select(f => f.Cause).ShouldNotContain("allocation-storm");
        findings.Select(f => f.Cause).ShouldNotContain("cpu-hot-method");
        findings[0].Advice.ShouldContain("StringBuilder");
    }

    [TestMethod]
    public void A_method_that_allocates_most_of_very_much_is_told_before_it_hurts()
    {
        var story = Healthy();
        var stack = story.Stack("Shop.Export::Row");
        for (var at = 0; at < 20_000; at += 200) story.Collection(at, 2);
        story.Traffic("GET /export", 20, 20, 40, (work, at) =>
        {
            for (var i = 0; i < 10; i++) work.Allocates("System.Byte[]", stack, at + i, 10_000_000);
        });
        First(story).ShouldBe("allocation-storm", "Shop.Export.Row");
    }

    [TestMethod]
    public void A_method_that_uses_up_the_processors_is_hot_and_explains_slow_requests()
    {
        var story = Healthy();
        var hot = story.Stack("Shop.Prices::ApplyEveryRule", "Shop.Prices::Total", Mvc);
        for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), hot, 0, 20_000, true);
        story.Traffic("GET /price", 4, 20, 480, (work, at) => work.Running(hot, at, at + 470));
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("cpu-hot-method", "Shop.Prices.ApplyEveryRule");
    }

    [TestMethod]
    public void Samples_in_bursts_stand_for_the_time_between()
    {
        var story = new Story();
        var hot = story.Stack("Shop.Prices::ApplyEveryRule", "Shop.Prices::Total", Mvc);
        var idle = story.BareStack(Heartbeat);
        story.Traffic("GET /price", 4, 20, 480);
        for (var burst = 0; burst < 20_000; burst += 5000)
        {
            story.Samples(story.Thread(90), idle, burst, burst + 1000, false);
            for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), hot, burst, burst + 1000, true);
        }
        var finding = First(story);
        finding.ShouldBe("cpu-hot-method", "Shop.Prices.ApplyEveryRule");
        finding.Summary.ShouldContain("2 of 2 processors");
    }

    [TestMethod]
    public void A_hot_class_is_found_when_its_work_is_spread_over_small_methods()
    {
        var story = Healthy();
        foreach (var (method, i) in new[] { "Compare", "Swap", "Shift", "Sift" }.Select((m, i) => (m, i)))
            for (var t = 0; t < 2; t++) story.Samples(story.Thread(60 + t), story.Stack("Shop.Heap::" + method, "Shop.Heap::Sort", Mvc), i * 5000, (i + 1) * 5000, true);
        var finding = First(story);
        finding.Cause.ShouldBe("cpu-hot-method");
        finding.Culprit.ShouldStartWith("Shop.Heap.");
    }

    [TestMethod]
    public void Threads_that_wait_in_a_method_do_not_make_it_hot()
    {
        var story = Healthy();
        var waiting = story.BareStack("System.Threading.Thread::Sleep", "Shop.Worker::Loop", "Shop.Worker::Run");
        for (var i = 0; i < 4; i++) story.Samples(story.Thread(60 + i), waiting, 0, 20_000, false);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void Queries_in_a_loop_are_n_plus_one_of_the_method_that_runs_them()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteReader", "Microsoft.EntityFrameworkCore.Query::Next", "Shop.Orders+<LoadOneByOneAsync>d__4::MoveNext");
        story.Traffic("GET /customers/{id}/orders", 20, 20, 150, (work, at) =>
        {
            for (var i = 0; i < 20; i++) work.Sql("SELECT * FROM lines WHERE order_id = $1", at + 5 + i * 6, 5);
            work.Running(stack, at, at + 10);
        });
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("n-plus-one-queries", "Shop.Orders.LoadOneByOneAsync");
        findings[0].Summary.ShouldContain("20 times");
    }

    [TestMethod]
    public void The_processor_time_of_a_loop_of_queries_is_the_loops_doing()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteReader", "Shop.Orders+<LoadOneByOneAsync>d__4::MoveNext");
        for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), stack, 0, 20_000, true);
        story.Traffic("GET /customers/{id}/orders", 20, 20, 150, (work, at) =>
        {
            for (var i = 0; i < 20; i++) work.Sql("SELECT * FROM lines WHERE order_id = $1", at + 5 + i * 6, 5);
            work.Running(stack, at, at + 100);
        });
        story.Diagnosed().ShouldHaveSingleItem().ShouldBe("n-plus-one-queries", "Shop.Orders.LoadOneByOneAsync");
    }

    [TestMethod]
    public void A_slow_statement_is_named_with_the_method_that_runs_it()
    {
        var story = Healthy();
        var stack = story.Stack("Npgsql.NpgsqlCommand::ExecuteScalarAsync", "Shop.Balance+<SumAsync>d__2::MoveNext");
        story.Traffic("GET /balance", 10, 20, 320, (work, at) =>
        {
            work.Sql("SELECT sum(cents) FROM orders", at + 5, 280);
            if ((int)at % 1000 == 0) work.Running(stack, at, at + 10);
        });
        var findings = story.Diagnosed();
        findings.Count.ShouldBe(1);
        findings[0].ShouldBe("slow-sql", "Shop.Balance.SumAsync");
        findings[0].Also[0].ShouldContain("sum(cents)");
    }

    [TestMethod]
    public void Without_any_stack_of_it_a_slow_statement_is_blamed_on_its_route_and_says_so()
    {
        var story = Healthy();
        story.Traffic("GET /balance", 10, 20, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        var finding = First(story);
        finding.ShouldBe("slow-sql", "GET /balance");
        finding.Reasoning.ShouldContain("route is named");
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
    public void A_socket_that_stays_open_is_not_slow()
    {
        var story = Healthy();
        story.Traffic("GET /hub", 2, 20, 5000, status: _ => 101);
        story.Diagnosed().ShouldBeEmpty();
    }

    [TestMethod]
    public void An_unhandled_exception_is_the_first_thing_said()
    {
        var story = Healthy();
        var stack = story.BareStack("Shop.Timer::Tick", "System.Threading.TimerQueueTimer::Fire");
        story.Add(EventKind.ExceptionThrown, 19_000, e => e with { Name = story.Catalog.Names.Intern("System.NullReferenceException"), Stack = stack });
        story.Add(EventKind.ExceptionUnhandled, 19_001, e => e with { Name = story.Catalog.Names.Intern("System.NullReferenceException") });
        First(story).ShouldBe("unhandled-exception", "Shop.Timer.Tick");
    }

    [TestMethod]
    public void The_same_is_found_in_a_window_of_a_longer_history()
    {
        var story = Healthy();
        story.Traffic("GET /balance", 10, 10, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        var history = story.Told();
        using var diagnostician = new Diagnostician();
        diagnostician.Run(history, Story.At(0), Story.At(10_000)).Findings.ShouldHaveSingleItem().Cause.ShouldBe("slow-sql");
        diagnostician.Run(history, Story.At(12_000), Story.At(20_000)).Findings.ShouldBeEmpty();
    }

    [TestMethod]
    public void Every_finding_is_complete_and_its_evidence_is_in_the_history()
    {
        var story = Healthy();
        var hot = story.Stack("Shop.Prices::ApplyEveryRule", Mvc);
        for (var i = 0; i < 2; i++) story.Samples(story.Thread(60 + i), hot, 0, 20_000, true);
        story.Traffic("GET /balance", 10, 20, 320, (work, at) => work.Sql("SELECT sum(cents) FROM orders", at + 5, 280));
        story.Traffic("POST /carts", 20, 20, 8, (work, at) => work.Throws("Shop.Bad", hot, at));
        var history = story.Told();
        using var diagnostician = new Diagnostician();
        var findings = diagnostician.Run(history).Findings;
        findings.Count.ShouldBeGreaterThan(1);
        foreach (var finding in findings)
        {
            finding.Confidence.ShouldBeInRange(0, 1);
            finding.Impact.ShouldBeInRange(0, 1);
            finding.Evidence.Count.ShouldBeInRange(1, Limits.Evidence);
            finding.Evidence.ShouldBeUnique();
            finding.Evidence.All(id => history.TryGet(id, out _)).ShouldBeTrue();
            new[] { finding.Summary, finding.Advice, finding.Reasoning, finding.Culprit }.ShouldAllBe(text => text.Length > 0);
        }
    }

    static Finding First(Story story) => story.Diagnosed().FirstOrDefault() ?? throw new AssertFailedException("nothing was found");

    static void Starving(Story story)
    {
        for (var i = 0; i < 20; i++) story.PoolAdjust(i * 1000, 4 + i, 6);
    }

    /// <summary>A service under load with nothing wrong: queries, calls, collections and CPU spread over its own methods and the framework's.</summary>
    static Story Healthy()
    {
        var story = new Story();
        var stacks = Enumerable.Range(0, 12).Select(i => story.Stack(i % 3 == 0 ? $"Shop.Area{i}::Do" : $"Microsoft.AspNetCore.Kestrel.Part{i}::Do", Mvc)).ToArray();
        story.Traffic("GET /products", 100, 20, 6, (work, at) =>
        {
            work.Sql("SELECT * FROM products WHERE id = $1", at + 1, 2);
            if ((int)at % 50 == 0) work.Running(stacks[(int)at / 50 % stacks.Length], at, at + 10);
        });
        story.Traffic("GET /orders", 40, 20, 15, (work, at) =>
        {
            work.Sql("SELECT * FROM orders WHERE customer = $1", at + 1, 4);
            work.Call("GET rates", at + 6, 6);
        });
        for (var at = 0; at < 20_000; at += 2000) story.Collection(at, 4);
        story.Samples(story.Thread(90), story.BareStack(Heartbeat), 0, 20_000, false, 100); // There is always a thread that is always there.
        return story;
    }
}

static class FindingAssertions
{
    public static void ShouldBe(this Finding finding, string cause, string culprit) => (finding.Cause, finding.Culprit).ShouldBe((cause, culprit));
}
