// What a recording costs its target, measured once, and who is turned down when several share a budget.
using Scope.Agent.Cost;
using Scope.Agent.Pressure;

namespace Scope.Agent.Tests;

[TestClass]
public sealed class SlowdownTests
{
    static readonly Served Before = new(1_000, 1_000, 50_000, 400_000, 100_000);

    [TestMethod]
    [DataRow(100_000, 0.2, 1.0)] // As before: the estimate was high enough.
    [DataRow(80_000, 0.2, 1.0)]
    [DataRow(150_000, 0.2, 1.67)] // Half as dear again: a third of it is ours.
    [DataRow(900_000, 0.1, 2.0)] // An estimate is never that wrong.
    [DataRow(900_000, 0.004, 1.0)] // What costs next to nothing is not our doing.
    public void An_estimate_is_corrected_by_what_was_measured(double cpuNanos, double estimated, double correction) =>
        new Slowdown(Before, Before with { Requests = 5_000, CpuNanosPerRequest = cpuNanos }, estimated).Correction.ShouldBe(correction, 0.01);

    [TestMethod]
    public void Few_requests_and_another_rate_say_nothing()
    {
        var dear = Before with { CpuNanosPerRequest = 200_000 };
        new Slowdown(Before, dear, 0.3).Correction.ShouldBe(1.67, 0.01);
        new Slowdown(Before, dear with { Requests = 99 }, 0.2).Correction.ShouldBe(1);
        new Slowdown(Before with { Requests = 99 }, dear, 0.2).Correction.ShouldBe(1);
        new Slowdown(Before, dear with { RequestsPerSecond = 1_501 }, 0.2).Correction.ShouldBe(1);
        new Slowdown(Before, dear with { RequestsPerSecond = 660 }, 0.2).Correction.ShouldBe(1);
    }

    [TestMethod]
    public async Task Of_several_recordings_the_loud_ones_bear_what_is_used_beyond_the_budget()
    {
        var budget = new SharedBudget();
        string[] all = ["loud", "quiet", "silent"];
        foreach (var one in all) budget.Join(one);
        foreach (var one in all) budget.WeightOf(one, 0).ShouldBe(1, "nothing is known yet");
        await Task.Delay(600);
        foreach (var (one, events) in new[] { ("loud", 90_000), ("quiet", 10_000), ("silent", 0) }) budget.ShareOf(one, events);
        budget.WeightOf("loud", 90_000).ShouldBe(1);
        budget.WeightOf("quiet", 10_000).ShouldBe(0.3, 0.05);
        budget.WeightOf("silent", 0).ShouldBe(0);
        budget.Leave("loud");
        budget.WeightOf("quiet", 10_000).ShouldBe(1);
    }
}
