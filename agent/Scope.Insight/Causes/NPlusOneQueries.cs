// n-plus-one-queries: a request asks the database for one thing after the other.
// Looks for: the same statement again and again on the critical path of most requests of a route.
// In: the critical paths of requests; statements are told apart by their normalised text.
// Scores: by the share of all request time that these statements stand on the critical path.
// Culprit: the method that runs them, told by the stacks of the route that go into the database client.
// Refuted by: statements that must wait for each other's answer.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds queries in a loop.</summary>
internal sealed class NPlusOneQueries : ICause
{
    const double MostRequests = 0.5;
    const double MostOfThePath = 0.4;
    const int FewestRequests = 5;
    const double FewestNanos = 10e6; // Ten milliseconds a request: a few statements that are faster in all are not worth a change.
    const int ManyRepeats = 10; // So many cost little only as long as the database is next door: each is a round trip, half a millisecond between two machines.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var route in at.Requests.Routes.Values)
        {
            var (repeated, nanos) = Repeated(route);
            var requests = Math.Max(1, route.Latency.Count);
            if (repeated.IsNone || requests < FewestRequests || nanos / requests < FewestNanos && route.Steps[new(EventKind.Sql, repeated)].Spans < ManyRepeats * requests) continue;
            var impact = at.Requests.ShareOf(nanos);
            if (nanos < MostOfThePath * route.Latency.TotalNanos || impact < Severities.Hurts) continue;
            yield return Suspect(at, route, repeated, nanos, impact);
        }
    }

    /// <summary>The statement that repeats most, and the time of all that repeat.</summary>
    static (NameId Statement, double Nanos) Repeated(RouteStats route)
    {
        var (top, most, nanos) = (default(NameId), 0L, 0.0);
        foreach (var (step, stats) in route.Steps)
        {
            if (step.Kind != EventKind.Sql || stats.Repeating < MostRequests * route.Latency.Count) continue;
            nanos += stats.Nanos;
            if (stats.Nanos > most) (top, most) = (step.Name, stats.Nanos);
        }
        return (top, nanos);
    }

    static Suspicion Suspect(Investigation at, RouteStats route, NameId statement, double nanos, double impact)
    {
        var stats = route.Steps[new(EventKind.Sql, statement)];
        var culprit = Culprits.CallerOf(at, route.Name, Callee.Database);
        var (sql, name) = (Wording.Short(at.Catalog.Names[statement]), at.Catalog.Names[route.Name]);
        return new()
        {
            Method = culprit.Method,
            Route = route.Name,
            Finding = new()
            {
                Cause = "n-plus-one-queries",
                Culprit = culprit.Name,
                Also = [name, sql],
                Severity = nanos / route.Latency.Count < FewestNanos ? Severity.Warning : Severities.Of(impact),
                Confidence = Severities.Confidence(stats.Repeating, FewestRequests, 0.75 + 0.22 * culprit.Sureness),
                Impact = impact,
                Summary = $"Each {name} runs \"{sql}\" {Wording.Number((double)stats.Spans / Math.Max(1, stats.Requests))} times, one after the other: {Wording.Time(nanos / route.Latency.Count)} of {Wording.Time((double)route.Latency.TotalNanos / route.Latency.Count)} on average"
                    + (culprit.Method.IsNone ? "." : $", in {at.Place(culprit.Method)}."),
                Advice = "Load what belongs together with one statement: a join or Include, or one query with IN / ANY over all keys.",
                Reasoning = $"Culprit: {culprit.How}. Refuted if each statement needs the answer of the one before.",
                Evidence = [.. route.Slowest.Ids.Take(5), .. at.Requests.Calls.TryGetValue(new(EventKind.Sql, statement), out var calls) ? calls.Slowest.Ids.Take(10) : []],
            },
        };
    }
}
