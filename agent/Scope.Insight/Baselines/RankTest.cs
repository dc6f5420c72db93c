// Whether one set of values tends to be larger than another, without assuming how they are distributed: the test of Wilcoxon,
// Mann and Whitney with the correction for ties, over histograms. The effect is told apart from its certainty: with a hundred
// thousand requests the smallest difference is certain, and of no interest.
using Scope.Events;

namespace Scope.Insight.Baselines;

/// <summary>The outcome of a test.</summary>
/// <param name="P">The chance of such a difference, or a larger one, if there were none.</param>
/// <param name="Effect">Cliff's delta: how much more often a later value is larger than an earlier one than smaller, from -1 to 1.</param>
public readonly record struct RankOutcome(double P, double Effect);

/// <summary>The test.</summary>
public static class RankTest
{
    /// <summary>Compares; an effect above 0 means that the later values are larger.</summary>
    public static RankOutcome Compare(LatencySketch earlier, LatencySketch later)
    {
        double n1 = earlier.Count, n2 = later.Count, n = n1 + n2;
        if (n1 == 0 || n2 == 0) return new(1, 0);
        double below = 0, wins = 0, ties = 0;
        foreach (var (first, second) in Merged(earlier, later))
        {
            wins += second * (below + first / 2);
            below += first;
            double both = first + second;
            ties += both * both * both - both;
        }
        var variance = n1 * n2 / 12 * (n + 1 - ties / (n * (n - 1)));
        var effect = 2 * wins / (n1 * n2) - 1;
        // The half is the correction for counts being whole numbers.
        return variance <= 0 ? new(1, effect) : new(TwoSided(Math.Max(0, Math.Abs(wins - n1 * n2 / 2) - 0.5) / Math.Sqrt(variance)), effect);
    }

    /// <summary>
    /// The chances corrected for how many tests were made (Benjamini and Hochberg): of what is then called different at 1 %, at most
    /// one in a hundred is so by chance.
    /// </summary>
    public static double[] Adjusted(IReadOnlyList<double> chances)
    {
        var order = Enumerable.Range(0, chances.Count).OrderByDescending(i => chances[i]).ToArray();
        var adjusted = new double[chances.Count];
        var least = 1.0;
        for (var k = 0; k < order.Length; k++)
        {
            least = Math.Min(least, chances[order[k]] * chances.Count / (order.Length - k));
            adjusted[order[k]] = least;
        }
        return adjusted;
    }

    static IEnumerable<(double First, double Second)> Merged(LatencySketch earlier, LatencySketch later)
    {
        var all = new SortedDictionary<long, (double First, double Second)>();
        foreach (var (value, count) in earlier.Filled) all[value] = (count, 0);
        foreach (var (value, count) in later.Filled) all[value] = (all.GetValueOrDefault(value).First, count);
        return all.Values;
    }

    // The normal distribution's two tails, by the continued fraction of Lentz far out and by the series near the middle.
    static double TwoSided(double z)
    {
        if (z > 38) return 0;
        var x = z / Math.Sqrt(2);
        if (x < 2)
        {
            double term = x, sum = x;
            for (var k = 1; k < 60; k++)
            {
                term *= -x * x / k;
                sum += term / (2 * k + 1);
            }
            return Math.Clamp(1 - 2 / Math.Sqrt(Math.PI) * sum, 0, 1);
        }
        var fraction = x;
        for (var k = 60; k >= 1; k--) fraction = x + k / 2.0 / fraction;
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }
}
