// Memory: the method that makes the garbage.
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class MemoryTests
{
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
    public void A_method_that_makes_little_of_the_garbage_is_not_blamed_for_its_collection()
    {
        var story = new Story();
        var some = story.Stack("Shop.Reports::Render", Mvc);
        var others = story.BareStack("System.Text.Json.JsonSerializer::Serialize");
        story.Traffic("GET /report", 4, 20, 5, (work, at) =>
        {
            work.Allocates("System.String", some, at, 1_000);
            work.Allocates("System.Byte[]", others, at, 1_000_000);
        });
        for (var i = 0; i < 20; i++) story.Collection(i * 900, 150);
        First(story).ShouldBe("gc-pressure", "System.Byte[]");
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
}
