// swallowed-exceptions: something fails, is caught by the application, and nobody is told: the request is answered as if all
// were well.
// Looks for: failures (of I/O, of a database, of a call, of the application's own types) whose last catch is the application's, in
//            requests that succeed.
// In: thrown and caught exceptions, ends of requests.
// Scores: by the share of the requests that hide one.
// Culprit: the method that catches.
// Refuted by: more of them than requests (then they are control flow); a fall-back that is as good (a cache's old value); so a small share is information only.
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds failures that are hidden.</summary>
internal sealed class SwallowedExceptions : ICause
{
    const int Fewest = 10;
    const double ControlFlow = 2; // Thrown and caught this often for each request of the route, it is how the code decides, and exception-storm tells its price.
    const double FewestShare = 0.02; // One request in fifty: what is rarer is an incident of its own, not a habit.

    // Thrown by parsing, looking up and checking: caught on purpose, as a way to ask. exception-storm tells when they are many.
    static readonly string[] Questions =
    [
        "System.FormatException", "System.OverflowException", "System.Collections.Generic.KeyNotFoundException", "System.ArgumentException", "System.ArgumentNullException",
        "System.ArgumentOutOfRangeException", "System.InvalidCastException", "System.OperationCanceledException", "System.Threading.Tasks.TaskCanceledException",
    ];

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var group in at.Swallowed.Groups.OrderByDescending(g => g.Count).Take(3))
        {
            var requests = group.Routes.Heaviest.Sum(r => at.Requests.Routes.TryGetValue(r.Key, out var stats) ? stats.Latency.Count : 0);
            var share = requests > 0 ? group.Routes.Total / requests : 1;
            if (group.Count < Fewest || share is < FewestShare or >= ControlFlow || Questions.Contains(at.Catalog.Names[group.Type])) continue;
            yield return Suspect(at, group, share, requests);
        }
    }

    static Suspicion Suspect(Investigation at, SwallowedGroup group, double share, long requests)
    {
        var type = at.Catalog.Names[group.Type];
        var route = group.Routes.Top;
        return new()
        {
            Method = group.Catcher,
            Route = route,
            Finding = new()
            {
                Cause = "swallowed-exceptions",
                Culprit = at.NameOf(group.Catcher),
                Also = [type, .. group.Routes.Heaviest.Take(2).Select(r => at.Catalog.Names[r.Key])],
                Severity = share >= Severities.Hurts ? Severity.Warning : Severity.Info,
                Confidence = Severities.Confidence(group.Count, Fewest / 2, 0.93),
                Impact = share * (requests > 0 ? Math.Min(1, requests / (double)Math.Max(1, at.Requests.Count)) : 0.3),
                Summary = $"{at.Place(group.Catcher)} catches {type} {Wording.Number(group.Count)} times and goes on"
                    + (requests > 0 ? $": {Wording.Percent(share)} of the requests of {at.Catalog.Names[route]} fail inside and are answered as if they had not." : "; nobody is told."),
                Advice = "Let it through, or answer with an error or with what is missing; at the least log it with the exception and count it. Catch only the types that can be handled here.",
                Reasoning = "Culprit: the application's method in which it was caught last, after which it was not thrown again and the request ended well. Refuted if what is used instead is as good.",
                Evidence = group.Evidence.Ids,
            },
        };
    }
}
