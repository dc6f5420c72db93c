// How processes die, each told apart by the kernel's word and what was seen last.
using Scope.Events;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class ProcessDeathTests
{
    [TestMethod]
    public void A_kill_for_want_of_memory_names_the_limit()
    {
        var story = Service().Metric(HostMetrics.MemoryLimit, 20, _ => 1 << 30).Metric(HostMetrics.OomKills, 20, at => at >= 20 ? 1 : 0);
        var finding = Ended(story, signal: 9).Diagnosed()[0];
        (finding.Cause, finding.Culprit, finding.Severity).ShouldBe(("oom-killed", "memory limit of 1.0 GB", Severity.Critical));
    }

    [TestMethod]
    public void A_method_that_called_itself_until_the_stack_was_full_is_named()
    {
        var story = Service();
        var deep = story.Stack([.. Enumerable.Repeat("Shop.Tree::Walk", 80), "Shop.Catalog::Show"]);
        story.Samples(story.NewThread(), deep, 19_900, 19_950, running: true);
        var finding = Ended(story, signal: 6).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("stack-overflow", "Shop.Tree.Walk"));
    }

    [TestMethod]
    [DataRow(6, 0, "unhandled-exception")]
    [DataRow(11, 0, "native-crash")]
    [DataRow(9, 0, "killed")]
    [DataRow(0, 3, "unexpected-exit")]
    public void Other_ends_are_told_by_what_the_kernel_says(int signal, int code, string cause) => Ended(Service(), signal, code).Diagnosed().ShouldHaveSingleItem().Cause.ShouldBe(cause);

    [TestMethod]
    [DataRow(15, 0)]
    [DataRow(2, 0)]
    [DataRow(0, 0)]
    [DataRow(0, 143)]
    public void A_stop_that_was_asked_for_is_no_finding(int signal, int code) => Ended(Service(), signal, code).Diagnosed().ShouldBeEmpty();

    [TestMethod]
    public void An_abort_without_a_word_is_looked_for_on_threads_that_ran_the_applications_own_first()
    {
        var story = Service();
        ThreadId idle = story.Thread(90), worker = story.Thread(91), pool = story.Thread(92);
        story.Samples(worker, story.BareStack("System.Threading.Monitor::Wait", "Shop.Worker::Run"), 18_000, 19_800, running: false, each: 100);
        story.Samples(pool, story.Stack("Shop.Stock::Show"), 18_000, 19_850, running: true, each: 100);
        story.Samples(idle, story.BareStack("Interop+Sys::Read", "Shop.Main::Run"), 18_000, 19_900, running: false, each: 100);
        foreach (var thread in new[] { worker, pool }) story.Add(EventKind.ThreadTimeSample, 19_500, e => e with { Thread = thread, Value = 1_000_000 });
        Ended(story, signal: 6).Diagnosed()[0].Culprit.ShouldBe("Shop.Worker.Run");
    }

    [TestMethod]
    public void An_abort_while_a_request_is_open_is_looked_for_in_its_route()
    {
        var story = Service();
        var walking = story.Stack("Shop.Tree::Walk");
        story.Traffic("GET /tree/{id}", 10, 16, 5, (work, at) =>
        {
            if ((int)at % 1000 == 0) work.Running(walking, at, at + 10);
        });
        story.OpenRequest("GET /tree/50", 19_900);
        Ended(story, signal: 6).Diagnosed()[0].Culprit.ShouldBe("Shop.Tree.Walk");
    }

    [TestMethod]
    public void An_abort_after_a_throw_without_a_catch_is_that_exceptions()
    {
        var story = Service();
        foreach (var (type, at) in new[] { ("Shop.Expected", 19_900), ("Shop.Broken", 19_950) })
            story.Add(EventKind.ExceptionThrown, at, e => e with { Name = story.Catalog.Names.Intern(type), Thread = story.Thread(at), Stack = story.Stack(type + "Thrower::Run") });
        story.Add(EventKind.ExceptionCaught, 19_960, e => e with { Thread = story.Thread(19_900) });
        var finding = Ended(story, signal: 6).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("unhandled-exception", "Shop.BrokenThrower.Run"));
        finding.Summary.ShouldContain("Shop.Broken was thrown");
    }

    [TestMethod]
    public void An_unhandled_exception_is_told_as_such_and_not_twice()
    {
        var story = Service();
        story.Add(EventKind.ExceptionUnhandled, 19_950, e => e with { Name = story.Catalog.Names.Intern("Shop.Broken"), Stack = story.Stack("Shop.Worker::Run") });
        Ended(story, signal: 6).Diagnosed().ShouldHaveSingleItem().Cause.ShouldBe("unhandled-exception");
    }

    static Story Service() => new Story().Traffic("GET /stock", 20, 20, 5);

    static Story Ended(Story story, int signal, int code = 0)
    {
        story.Add(EventKind.ProcessExited, 20_000, e => e with { Value = code, Detail = (ushort)signal });
        return story;
    }
}
