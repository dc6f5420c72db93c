// slow-dependency: requests wait for another service that is slow to answer.
// Looks for: calls of one host that are most of the critical path of a route and slow one by one.
// In: the critical paths of requests. A call that this process answers itself counts as its own work, not as another's.
// Scores: by the share of all request time that the calls stand on the critical path.
// Culprit: the method that calls, told by the stacks of the route that go into the HTTP client; the host is named beside it.
// Refuted by: a quick answer that waits here (a starved pool, the garbage collector, a full connection limit).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds slow services that are called.</summary>
internal sealed class SlowDependency : ICause
{
    const double MostOfThePath = 0.5;
    const double SlowNanos = 100e6; // Within a data centre an answer takes some milliseconds, across the world a hundred.
    const double MostRequests = 0.5;
    const int Fewest = 5;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var route in at.Requests.Routes.Values)
            foreach (var (step, stats) in route.Steps)
            {
                if (step.Kind is not (EventKind.ClientCall or EventKind.Message) || stats.Spans < Fewest || stats.Nanos / stats.Spans < SlowNanos) continue;
                if (stats.Repeating >= MostRequests * route.Latency.Count) continue; // A loop of calls is the caller's own doing: slow-requests names it.
                var impact = at.Requests.ShareOf(stats.Nanos);
                if (stats.Nanos >= MostOfThePath * route.Latency.TotalNanos && impact >= Severities.Hurts) yield return Suspect(at, route, step, stats, impact);
            }
    }

    static Suspicion Suspect(Investigation at, RouteStats route, Step step, StepStats stats, double impact)
    {
        var culprit = Culprits.CallerOf(at, route.Name, Callee.Http);
        var (host, name) = (at.Catalog.Names[step.Name], at.Catalog.Names[route.Name]);
        var calls = at.Requests.Calls.GetValueOrDefault(step);
        return new()
        {
            Method = culprit.Method,
            Route = route.Name,
            Finding = new()
            {
                Cause = "slow-dependency",
                Culprit = culprit.Name,
                Also = [host, name],
                Severity = Severities.Of(impact),
                Confidence = Severities.Confidence(stats.Spans, Fewest, 0.6 + 0.3 * culprit.Sureness),
                Impact = impact,
                Summary = $"{host} takes {Wording.Time((double)stats.Nanos / stats.Spans)} to answer on average ({Wording.Time(calls?.Latency.Quantile(0.99) ?? 0)} at the 99th percentile), {Wording.Percent((double)stats.Nanos / route.Latency.TotalNanos)} of the time of {name}"
                    + (culprit.Method.IsNone ? "." : $"; {at.Place(culprit.Method)} calls it."),
                Advice = "Find out there why it is slow. Here: set a timeout below what a caller of this service waits, cache what may be old, and call in parallel what does not depend on each other.",
                Reasoning = $"Culprit: {culprit.How}. Refuted if the answer comes quickly and waits in this process.",
                Evidence = [.. (calls?.Slowest.Ids ?? []).Take(12), .. route.Slowest.Ids.Take(4)],
            },
        };
    }
}
