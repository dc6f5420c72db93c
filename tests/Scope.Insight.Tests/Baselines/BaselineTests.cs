// Baselines: the test against values worked out by hand and elsewhere, what got worse told and what only varies not, and files.
using Scope.Events;
using Scope.Insight.Baselines;

namespace Scope.Insight.Tests.Baselines;

[TestClass]
public sealed class BaselineTests
{
    [TestMethod]
    public void The_rank_test_agrees_with_a_textbook()
    {
        // 1..10 against 6..15: U = 12.5 of 100 with five ties; by the normal approximation with both corrections p = 0.0050 (two-sided).
        var outcome = RankTest.Compare(Sketch(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Sketch(6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
        outcome.Effect.ShouldBe(0.75, 1e-9);
        outcome.P.ShouldBe(0.0050, 0.0003);
    }

    [TestMethod]
    public void Equal_values_are_not_different_and_no_values_tell_nothing()
    {
        RankTest.Compare(Sketch(5, 5, 5), Sketch(5, 5, 5)).ShouldBe(new RankOutcome(1, 0));
        RankTest.Compare(new(), Sketch(1)).ShouldBe(new RankOutcome(1, 0));
        RankTest.Compare(Sketch(1, 2, 3), Sketch(3, 2, 1)).P.ShouldBe(1, 0.01);
    }

    [TestMethod]
    public void Many_comparisons_make_each_less_certain()
    {
        // By hand: 0.01·4/1, 0.02·4/2, 0.03·4/3, 0.5·4/4, each no larger than the one above.
        RankTest.Adjusted([0.5, 0.01, 0.03, 0.02]).ShouldBe([0.5, 0.04, 0.04, 0.04], 1e-9);
    }

    [TestMethod]
    public void A_hundred_windows_of_the_same_service_hardly_ever_differ()
    {
        var random = new Random(7);
        var p = new List<double>();
        for (var i = 0; i < 200; i++) p.Add(RankTest.Compare(Sketch(Draw(random, 300)), Sketch(Draw(random, 300))).P);
        // At a true chance of 5 % about ten of two hundred fall below; more than twenty would mean that the test lies.
        p.Count(x => x < 0.05).ShouldBeInRange(2, 20);
    }

    [TestMethod]
    public void What_got_slower_leads_and_says_from_what_to_what()
    {
        var change = Compared(25).Changes.First(c => c.After.Name == "GET /stock" && c.After.What == "latency");
        change.IsWorse.ShouldBeTrue();
        var led = Compared(25).Leading(new(EventTime.Min, EventTime.Max, []), _ => [new(3)]);
        led.Findings[0].Cause.ShouldBe("regression");
        led.Findings[0].Summary.ShouldContain("the time of GET /stock went from");
        led.Findings[0].Evidence.ShouldBe([new EventId(3)]);
    }

    [TestMethod]
    public void What_stayed_the_same_is_not_told() => Compared(10).Changes.ShouldNotContain(c => c.IsWorse);

    [TestMethod]
    public void What_got_faster_is_better_and_no_finding()
    {
        var comparison = Compared(4);
        comparison.Changes.ShouldContain(c => c.IsBetter);
        comparison.Leading(new(EventTime.Min, EventTime.Max, []), _ => []).Findings.ShouldBeEmpty();
    }

    [TestMethod]
    public void More_failures_are_worse_although_most_requests_succeed()
    {
        var after = Of(new Story().Traffic("GET /stock", 40, 20, 10, null, i => i % 10 == 0 ? 500 : 200));
        Comparison.Between(Of(Service(10)), after).Changes.ShouldContain(c => c.After.What == "errors" && c.IsWorse);
    }

    [TestMethod]
    public void New_and_gone_routes_are_named()
    {
        var comparison = Comparison.Between(Of(Service(10)), Of(new Story().Traffic("GET /carts", 40, 20, 10)));
        comparison.New.Select(m => m.Name).ShouldContain("GET /carts");
        comparison.Gone.Select(m => m.Name).ShouldContain("GET /stock");
    }

    [TestMethod]
    public void A_file_holds_what_was_written_and_another_file_says_what_is_wrong_with_it()
    {
        var baseline = Of(Service(10));
        using var stream = new MemoryStream();
        BaselineFile.Write(stream, baseline);
        stream.Position = 0;
        var read = BaselineFile.Read(stream, out _).ShouldNotBeNull();
        read.Measures.Select(m => (m.What, m.Name, m.Unit, m.Values.Count)).ShouldBe(baseline.Measures.Select(m => (m.What, m.Name, m.Unit, m.Values.Count)));
        RankTest.Compare(baseline.Measures[0].Values, read.Measures[0].Values).P.ShouldBe(1, 0.01);
        BaselineFile.Read(new MemoryStream("{\"schema\":9}"u8.ToArray()), out var problem).ShouldBeNull();
        problem.ShouldContain("schema 9");
        BaselineFile.Read(new MemoryStream("<html>"u8.ToArray()), out problem).ShouldBeNull();
        problem.ShouldContain("not a baseline");
    }

    static Comparison Compared(double millis) => Comparison.Between(Of(Service(10)), Of(Service(millis)));

    static Story Service(double millis) => new Story().Traffic("GET /stock", 40, 20, millis).Traffic("GET /prices", 40, 20, 3);

    static Baseline Of(Story story) => Baseline.Of("friday", story.Told(), EventTime.Min, EventTime.Max);

    static LatencySketch Sketch(params long[] values)
    {
        var sketch = new LatencySketch();
        foreach (var value in values) sketch.Add(value);
        return sketch;
    }

    static long[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (long)(1e6 * -Math.Log(1 - random.NextDouble())))];
}
