namespace Scope.Events.Tests;

[TestClass]
public sealed class LatencySketchTests
{
    [TestMethod]
    public void Quantiles_of_any_durations_are_within_two_percent()
    {
        var random = new Random(11);
        var sketch = new LatencySketch();
        var all = Enumerable.Range(0, 20_000).Select(_ => (long)Math.Exp(random.NextDouble() * 25)).ToArray();
        foreach (var nanos in all) sketch.Add(nanos);
        Array.Sort(all);
        foreach (var share in (double[])[0.01, 0.5, 0.9, 0.99, 0.999])
        {
            var exact = all[(int)Math.Ceiling(share * all.Length) - 1];
            ((double)sketch.Quantile(share)).ShouldBe(exact, Math.Max(1, exact * 0.02), $"quantile {share}");
        }
        sketch.Quantile(1).ShouldBe(all[^1]);
    }

    [TestMethod]
    public void Quantiles_of_few_durations_are_within_two_percent()
    {
        var random = new Random(11);
        for (var round = 0; round < 50; round++)
        {
            var sketch = new LatencySketch();
            var values = Enumerable.Range(0, random.Next(1, 3000)).Select(_ => (long)Math.Exp(random.NextDouble() * 20 + 8)).ToList();
            foreach (var value in values) sketch.Add(value);
            values.Sort();
            foreach (var share in (double[])[0.01, 0.5, 0.9, 0.99, 1])
            {
                var exact = values[Math.Max(0, (int)Math.Ceiling(share * values.Count) - 1)];
                sketch.Quantile(share).ShouldBeInRange((long)(exact * 0.98), (long)(exact * 1.02));
            }
        }
    }

    [TestMethod]
    public void Two_sketches_add_up_to_the_sketch_of_both()
    {
        var (a, b, both) = (new LatencySketch(), new LatencySketch(), new LatencySketch());
        for (var i = 1; i < 1000; i++)
        {
            (i % 3 == 0 ? a : b).Add(i * 1000L);
            both.Add(i * 1000L);
        }
        a.Add(b);
        a.Count.ShouldBe(both.Count);
        a.TotalNanos.ShouldBe(both.TotalNanos);
        a.Quantile(0.5).ShouldBe(both.Quantile(0.5));
    }

    [TestMethod]
    public void The_longest_possible_duration_and_a_negative_one_find_a_bucket()
    {
        var sketch = new LatencySketch();
        sketch.Add(long.MaxValue);
        sketch.Add(-5);
        sketch.Quantile(0).ShouldBe(0);
        sketch.Quantile(1).ShouldBeGreaterThan(long.MaxValue / 100 * 98);
    }
}
