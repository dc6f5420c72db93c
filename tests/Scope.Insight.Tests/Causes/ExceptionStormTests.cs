// Exceptions: who throws them, and when they are a storm.
using Scope.Events;
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class ExceptionStormTests
{
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
    public void An_unhandled_exception_is_the_first_thing_said()
    {
        var story = Healthy();
        var stack = story.BareStack("Shop.Timer::Tick", "System.Threading.TimerQueueTimer::Fire");
        story.Add(EventKind.ExceptionThrown, 19_000, e => e with { Name = story.Catalog.Names.Intern("System.NullReferenceException"), Stack = stack });
        story.Add(EventKind.ExceptionUnhandled, 19_001, e => e with { Name = story.Catalog.Names.Intern("System.NullReferenceException") });
        First(story).ShouldBe("unhandled-exception", "Shop.Timer.Tick");
    }
}
