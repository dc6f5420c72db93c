// slow-sql: requests wait for a statement that is slow by itself.
// Looks for: a statement that is most of the critical path of a route and much slower than the other statements; one that
// joins tables without a condition is told earlier, since it grows with the product of their rows.
// In: the critical paths of requests, the durations of all statements.
// Scores: by the share of all request time that it stands on the critical path.
// Culprit: the method that runs it, told by the stacks of the route that go into the database client; the statement is named beside it.
// Refuted by: all statements being slow alike (then the database, the network or this machine is), or a pool without connections.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds slow statements.</summary>
internal sealed class SlowSql : ICause
{
    const double MostOfThePath = 0.4;
    const double SlowNanos = 50e6; // A statement that an index serves takes a millisecond or some; fifty is a scan, a sort or a wait.
    const double SlowUnjoinedNanos = 5e6; // Without a join condition it is a mistake already; this much of it is felt.
    const double TimesTheOthers = 3; // If the others are as slow, it is not the statement.
    const int Fewest = 3;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var route in at.Requests.Routes.Values)
            foreach (var (step, stats) in route.Steps)
            {
                if (step.Kind != EventKind.Sql || stats.Spans < Fewest || stats.Nanos / stats.Spans < SlowUnjoinedNanos) continue;
                var unjoined = UnjoinedTables.Of(at.Catalog.Names[step.Name]);
                if (unjoined is null && stats.Nanos / stats.Spans < SlowNanos) continue;
                var impact = at.Requests.ShareOf(stats.Nanos);
                if (stats.Nanos < MostOfThePath * route.Latency.TotalNanos || impact < Severities.Hurts) continue;
                var others = Steps.MedianOfOthers(at, step);
                if (stats.Nanos / stats.Spans < TimesTheOthers * others) continue;
                yield return Suspect(at, route, step, stats, impact, others, unjoined);
            }
    }

    static Suspicion Suspect(Investigation at, RouteStats route, Step step, StepStats stats, double impact, double others, (string One, string Other)? unjoined)
    {
        var culprit = Culprits.CallerOf(at, route.Name, Callee.Database);
        var (sql, name) = (Wording.Short(at.Catalog.Names[step.Name]), at.Catalog.Names[route.Name]);
        var calls = at.Requests.Calls.GetValueOrDefault(step);
        return new()
        {
            Method = culprit.Method,
            Route = route.Name,
            Finding = new()
            {
                Cause = "slow-sql",
                Culprit = culprit.Name,
                Also = [sql, name],
                Severity = Severities.Of(impact),
                Confidence = Severities.Confidence(stats.Spans, Fewest, 0.7 + 0.27 * culprit.Sureness),
                Impact = impact,
                Summary = $"\"{sql}\" takes {Wording.Time((double)stats.Nanos / stats.Spans)} on average ({Wording.Time(calls?.Latency.Quantile(0.99) ?? 0)} at the 99th percentile), {Wording.Percent((double)stats.Nanos / route.Latency.TotalNanos)} of the time of {name}"
                    + (culprit.Method.IsNone ? "." : $"; {at.Place(culprit.Method)} runs it."),
                Advice = unjoined is var (one, other) ? $"It joins {one} and {other} without a condition, so every row of one meets every row of the other: add the join condition."
                    : "Look at its plan (EXPLAIN ANALYZE): a missing index, a join without its condition, a sort or lock that it waits for. Check that it returns only what is needed.",
                Reasoning = $"Culprit: {culprit.How}. " + (others > 0 ? $"The median of the other statements is {Wording.Time(others)}." : "There is no other statement to compare it with.") + " Refuted if all statements are slow alike.",
                Evidence = [.. (calls?.Slowest.Ids ?? []).Take(12), .. route.Slowest.Ids.Take(4)],
            },
        };
    }
}

/// <summary>Comparing a sort of call with the others of its kind.</summary>
internal static class Steps
{
    /// <summary>The median duration of the calls of the same kind that are not this one, ns; 0 when there are none.</summary>
    public static double MedianOfOthers(Investigation at, Step step)
    {
        var others = new LatencySketch();
        foreach (var (other, stats) in at.Requests.Calls)
            if (other.Kind == step.Kind && other != step)
                others.Add(stats.Latency);
        return others.Quantile(0.5);
    }
}
