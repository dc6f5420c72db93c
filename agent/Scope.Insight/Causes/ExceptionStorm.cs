// exception-storm: exceptions are thrown as a matter of course, or make requests fail.
// Looks for: a place that throws for every fourth request of a route or more, or that makes a tenth of a route's requests fail.
// In: thrown exceptions with type and stack, each counted once however many awaits pass it on; failed requests by route.
// Scores: by the share of requests that throw or fail.
// Culprit: the application's deepest method on the throwing stack.
// Refuted by: exceptions of which each means a rare outside event (a lost connection).
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds storms of exceptions.</summary>
internal sealed class ExceptionStorm : ICause
{
    const int Fewest = 20;
    const double FewestPerSecond = 1;
    const double PerRequest = 0.25; // One for each four requests of the route: what happens that often is control flow, not an exception.
    const double PerSecondWithoutRequests = 20; // In a worker: at 20 to 50 µs each, with the logging that follows, some percent of a processor.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var group in at.Exceptions.Groups.OrderByDescending(group => group.Count).Take(8))
        {
            var perSecond = group.Count / at.Seconds;
            if (group.Count < Fewest || perSecond < FewestPerSecond) continue;
            var (requests, failed) = RoutesOf(at, group);
            var perRequest = requests > 0 ? group.Routes.Total / requests : 0;
            var failing = requests > 0 ? Math.Min(failed, group.Routes.Total) / requests : 0;
            var storm = perRequest >= PerRequest || group.Count - group.Routes.Total > group.Count / 2 && perSecond >= PerSecondWithoutRequests;
            if (storm || failing >= Severities.Hurts) yield return Suspect(at, group, perSecond, perRequest, failing, requests);
        }
    }

    /// <summary>Requests and failed requests of the routes that threw; the exceptions of one route are not to be hidden by the traffic of others.</summary>
    static (long Requests, long Failed) RoutesOf(Investigation at, ExceptionGroup group)
    {
        long requests = 0, failed = 0;
        foreach (var (route, _) in group.Routes.Heaviest)
            if (at.Requests.Routes.TryGetValue(route, out var stats))
                (requests, failed) = (requests + stats.Latency.Count, failed + stats.Errors);
        return (requests, failed);
    }

    static Suspicion Suspect(Investigation at, ExceptionGroup group, double perSecond, double perRequest, double failing, long requests)
    {
        var type = at.Catalog.Names[group.Type];
        var hit = at.Requests.Count > 0 ? Math.Min(1, perRequest) * requests / at.Requests.Count : 0;
        var where = group.Thrower.IsNone ? "code without a frame of the application" : at.Place(group.Thrower);
        return new()
        {
            Method = group.Thrower,
            Route = group.Routes.Top,
            Finding = new()
            {
                Cause = "exception-storm",
                Culprit = group.Thrower.IsNone ? type : at.NameOf(group.Thrower),
                Also = [type, .. group.Callers.Heaviest.Take(2).Select(caller => at.NameOf(caller.Key)), .. group.Routes.Heaviest.Take(2).Select(route => at.Catalog.Names[route.Key])],
                Severity = failing >= 0.5 ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(group.Count, Fewest / 2, group.Thrower.IsNone ? 0.7 : 0.97),
                Impact = Math.Max(failing * requests / Math.Max(1, at.Requests.Count), hit),
                Summary = $"{type} is thrown {Wording.Number(perSecond)} times a second in {where}"
                    + (requests > 0 ? $", {Wording.Number(perRequest)} times a request of {at.Catalog.Names[group.Routes.Top]}" : "")
                    + (failing >= Severities.Hurts ? $"; {Wording.Percent(failing)} of these requests fail." : "; it is caught, at the price of a stack walk each time."),
                Advice = failing >= Severities.Hurts
                    ? "Mend what throws, or answer the expected case (not found, sold out, invalid) with a result instead of an exception."
                    : "Test before instead of catching after: TryParse, TryGetValue, a result type. An exception costs some ten thousand times a return.",
                Reasoning = (group.Thrower.IsNone ? "No frame of the application is on the throwing stacks, so the type is named." : "Culprit: the application's deepest frame on the stack of the first throw.")
                    + $" {Wording.Number(at.Exceptions.Rethrown)} further events are the same exceptions passed on by awaits. Refuted if each stands for a rare outside event.",
                Evidence = group.Evidence.Ids,
            },
        };
    }
}
