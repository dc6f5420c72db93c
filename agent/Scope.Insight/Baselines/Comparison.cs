// A later window against a baseline: what got worse, what got better, what is new and what is gone. Worse is what is certain after
// the correction for the number of comparisons, and large enough that somebody would care.
using Scope.Events;

namespace Scope.Insight.Baselines;

/// <summary>One measure in both.</summary>
/// <param name="Before">In the baseline.</param>
/// <param name="After">Now.</param>
/// <param name="P">The chance of such a difference if there were none, corrected for the number of comparisons.</param>
/// <param name="Effect">From -1 (always less) to 1 (always more).</param>
public sealed record MeasureChange(Measure Before, Measure After, double P, double Effect)
{
    const double Certain = 0.01;
    const double LeastEffect = 0.2; // Between small and medium by the usual reading of Cliff's delta.
    const double LeastRatio = 1.15; // What varies from one minute to the next in a healthy service.

    /// <summary>The value in the middle, before and now; for shares, the mean.</summary>
    public double MiddleBefore => Middle(Before);

    /// <inheritdoc cref="MiddleBefore"/>
    public double MiddleAfter => Middle(After);

    /// <summary>Whether it got worse.</summary>
    public bool IsWorse => P < Certain && (Effect >= LeastEffect || IsShare && MiddleAfter >= MiddleBefore + 20) && MiddleAfter >= MiddleBefore * LeastRatio;

    /// <summary>Whether it got better.</summary>
    public bool IsBetter => P < Certain && Effect <= -LeastEffect && MiddleBefore >= MiddleAfter * LeastRatio;

    bool IsShare => After.What == "errors";

    // A share of failures has its middle at 0 or 1: its mean is what people call its rate.
    static double Middle(Measure measure) =>
        measure.What == "errors" ? measure.Values.TotalNanos / (double)Math.Max(1, measure.Values.Count) : measure.Values.Quantile(0.5);
}

/// <summary>What changed.</summary>
/// <param name="Name">The baseline's name.</param>
/// <param name="Changes">All that is in both, the worst first.</param>
/// <param name="New">What the baseline does not have.</param>
/// <param name="Gone">What only the baseline has.</param>
public sealed record Comparison(string Name, IReadOnlyList<MeasureChange> Changes, IReadOnlyList<Measure> New, IReadOnlyList<Measure> Gone)
{
    const int MostFindings = 5;

    /// <summary>Compares.</summary>
    public static Comparison Between(Baseline before, Baseline now)
    {
        var old = before.Measures.ToDictionary(m => (m.What, m.Name));
        var both = now.Measures.Where(m => old.ContainsKey((m.What, m.Name))).Select(m => (Before: old[(m.What, m.Name)], After: m)).ToList();
        var outcomes = both.ConvertAll(pair => RankTest.Compare(pair.Before.Values, pair.After.Values));
        var adjusted = RankTest.Adjusted(outcomes.ConvertAll(o => o.P));
        var changes = both.Select((pair, i) => new MeasureChange(pair.Before, pair.After, adjusted[i], outcomes[i].Effect))
            .OrderByDescending(c => c.IsWorse).ThenByDescending(c => c.Effect);
        var names = now.Measures.Select(m => (m.What, m.Name)).ToHashSet();
        return new(before.Name, [.. changes], [.. now.Measures.Where(m => !old.ContainsKey((m.What, m.Name)))], [.. before.Measures.Where(m => !names.Contains((m.What, m.Name)))]);
    }

    /// <summary>What got worse, as findings that lead a diagnosis.</summary>
    /// <param name="diagnosis">What was found without the baseline; its findings follow.</param>
    /// <param name="evidence">Events that show a measure's worst values.</param>
    public Diagnosis Leading(Diagnosis diagnosis, Func<Measure, IReadOnlyList<EventId>> evidence) =>
        diagnosis with { Findings = [.. Changes.Where(c => c.IsWorse).Take(MostFindings).Select(c => Told(c, evidence(c.After))), .. diagnosis.Findings] };

    Finding Told(MeasureChange change, IReadOnlyList<EventId> evidence) => new()
    {
        Cause = "regression",
        Culprit = change.After.Name,
        Severity = change.Effect >= 0.8 && change.MiddleAfter >= 2 * change.MiddleBefore ? Severity.Critical : Severity.Warning,
        Confidence = Math.Round(Math.Min(0.99, 1 - change.P), 2),
        Impact = Math.Clamp(change.Effect, 0, 1),
        Summary = $"Against the baseline {Name}, {MeasureText.What(change.After)} went from {MeasureText.Value(change.Before, change.MiddleBefore)} to {MeasureText.Value(change.After, change.MiddleAfter)} "
            + $"({MeasureText.Value(change.Before, change.Before.Values.Quantile(0.99))} to {MeasureText.Value(change.After, change.After.Values.Quantile(0.99))} at the 99th percentile, {change.Before.Values.Count:N0} and {change.After.Values.Count:N0} values).",
        Advice = "Look at what was changed since the baseline was saved; the findings below tell what the time goes to now.",
        Reasoning = $"A rank test (Mann–Whitney, ties corrected): effect {change.Effect:0.00}, chance below {Math.Max(change.P, 1e-9):0.#########} after correction for {Changes.Count} comparisons. Values near in time depend on each other, so a small effect with a small chance is not told.",
        Evidence = evidence,
    };
}

/// <summary>Measures as people read them.</summary>
public static class MeasureText
{
    /// <summary>What is measured, for a sentence.</summary>
    public static string What(Measure measure) => measure.What switch
    {
        "latency" => $"the time of {measure.Name}",
        "errors" => $"the share of failed requests of {measure.Name}",
        "query" => $"the time of the statement {Wording.Short(measure.Name, 80)}",
        "call" => $"the time of calls to {measure.Name}",
        _ => measure.Name,
    };

    /// <summary>A value with its unit.</summary>
    public static string Value(Measure measure, double value) => measure.Unit switch
    {
        "ns" => Wording.Time(value),
        "bytes" => Wording.Bytes(value),
        _ => Wording.Percent(value / 1000),
    };
}
