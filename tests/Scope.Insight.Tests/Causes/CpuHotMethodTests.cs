// The processors: the method that uses them up.
using static Scope.Insight.Tests.Stories;

namespace Scope.Insight.Tests;

[TestClass]
public class CpuHotMethodTests
{
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
    public void A_hot_method_that_leaves_processors_free_is_told_and_not_warned_about()
    {
        var story = Healthy();
        var hot = story.Stack("Shop.Prices::ApplyEveryRule", "Shop.Prices::Total", Mvc);
        for (var second = 0; second < 20_000; second += 1000) story.Samples(story.Thread(60), hot, second, second + 700, true);
        var finding = First(story);
        finding.ShouldBe("cpu-hot-method", "Shop.Prices.ApplyEveryRule");
        finding.Severity.ShouldBe(Severity.Info);
    }

    [TestMethod]
    public void A_method_that_takes_little_is_not_told_even_when_the_rest_takes_less()
    {
        var story = Healthy();
        var most = story.Stack("Shop.Prices::ApplyEveryRule", "Shop.Prices::Total", Mvc);
        for (var second = 0; second < 20_000; second += 1000) story.Samples(story.Thread(60), most, second, second + 300, true);
        story.Diagnosed().ShouldBeEmpty();
    }
}
