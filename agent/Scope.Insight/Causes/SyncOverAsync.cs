// sync-over-async: requests block a pool thread on a task, though the pool does not starve (yet).
// Looks for: workers that wait for tasks for a good part of request time.
// In: stacks of workers in CPU samples.
// Scores: by the share of request time. Once the pool starves of it, thread-pool-starvation says so with the same culprit.
// Culprit: the application's method that blocks on the task.
// Refuted by: a task that is always complete by then.
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds synchronous waiting over asynchronous work.</summary>
internal sealed class SyncOverAsync : ICause
{
    const int FewestSeconds = 1; // Blocked thread-seconds; less than one is start-up and chance.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var (group, nanos) in at.Pool.Blocked.Heaviest.Where(group => group.Key.Wait == Wait.Task && !group.Key.Method.IsNone).Take(1))
        {
            var share = at.Requests.ShareOf(nanos);
            if (nanos / 1e9 < FewestSeconds || share < Severities.Hurts) continue;
            yield return new()
            {
                Method = group.Method,
                BlockedIn = Wait.Task,
                Finding = new()
                {
                    Cause = "sync-over-async",
                    Culprit = at.NameOf(group.Method),
                    Also = [.. at.Pool.Routes.Heaviest.Take(3).Select(route => at.Catalog.Names[route.Key])],
                    Severity = Severity.Warning,
                    Confidence = Severities.Confidence(nanos / 1e9, 1),
                    Impact = share,
                    Summary = $"{at.Place(group.Method)} blocks pool threads on tasks: {Wording.Number(at.Samples.Threads(nanos))} threads on average, {Wording.Percent(share)} of all request time. A little more load and the pool starves.",
                    Advice = "Await the task instead of blocking on it, all the way up to the controller.",
                    Reasoning = "Culprit: the application's deepest frame below Task.Wait or Result on the stacks of pool threads. Refuted if the task is complete when it is waited for.",
                    Evidence = at.Pool.Evidence.Ids,
                },
            };
        }
    }
}
