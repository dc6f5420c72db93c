// lock-contention: threads wait for a lock that others hold too long or too often.
// Looks for: a lock whose waits add up to a tenth of all request time, or to several threads standing at it all the time.
// In: contention events with their durations, owners and stacks; CPU samples of the owners while others wait.
// Scores: by the share of request time, else of threads.
// Culprit: the method that held the lock while the others waited, told by the owner's stack; else the one that waited most.
// Refuted by: owners that do nothing during the waits (then they themselves wait for a processor).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds contended locks.</summary>
internal sealed class LockContention : ICause
{
    const int FewestWaits = 20; // Below that it is chance, unless one of them is itself an outage.
    const long OutageNanos = 1_000_000_000;
    const double FewestThreads = 0.2; // A fifth of a thread waiting on average: below that even a small service does not feel it.
    const double ThreadsWithoutRequests = 1; // Where no request tells what it costs, one thread always at the lock is its whole throughput.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var held in at.Contentions.Locks.OrderByDescending(held => held.TotalNanos).Take(3))
        {
            var threads = held.TotalNanos / at.Nanos;
            var share = at.Requests.ShareOf(held.RequestNanos);
            var hurts = share >= Severities.Hurts || held.RequestNanos < held.TotalNanos / 2 && threads >= ThreadsWithoutRequests;
            if (!hurts || threads < FewestThreads || held.Waits < FewestWaits && held.LongestNanos < OutageNanos) continue;
            yield return Suspect(at, held, threads, Math.Max(share, Math.Min(1, threads / Math.Max(2, at.Processors * 4))));
        }
    }

    static Suspicion Suspect(Investigation at, LockStats held, double threads, double impact)
    {
        var owners = at.Contentions.OwnersOf(held);
        var culprit = owners.Holders.Count > 0 ? owners.Holders.Top : held.Waiters.Top;
        var inside = owners.Inside.Count > 0 && owners.Inside.Top != culprit ? owners.Inside.Top : default;
        var name = culprit.IsNone ? at.Catalog.Names[held.Name] : at.NameOf(culprit);
        var doing = owners.Waits.Count > 0 && owners.Waits.Total >= owners.BusyNanos * 0.5 ? $" While it holds the lock it mostly waits for {owners.Waits.Top.Text()}." : "";
        return new()
        {
            Method = culprit,
            BlockedIn = Wait.Lock,
            Finding = new()
            {
                Cause = "lock-contention",
                Culprit = name,
                Also = Others(at, held, culprit, inside),
                Severity = Severities.Of(impact),
                Confidence = Severities.Confidence(held.Waits, FewestWaits / 2, culprit.IsNone ? 0.6 : 0.97),
                Impact = impact,
                Summary = $"Threads waited {Wording.Number(held.Waits)} times, {Wording.Time(held.TotalNanos)} in all and up to {Wording.Time(held.LongestNanos)} at once, for one lock ({at.Catalog.Names[held.Name]}) "
                    + $"that {(culprit.IsNone ? "another thread" : at.Place(culprit))} holds: {Wording.Number(threads)} threads stand at it on average, {Wording.Percent(at.Requests.ShareOf(held.RequestNanos))} of all request time.{doing}",
                Advice = inside.IsNone
                    ? "Do only what needs the lock while holding it: move I/O, sleeping and computing out, or split the lock by key. Prefer a concurrent collection or an immutable snapshot for what is mostly read."
                    : $"Move the call of {at.NameOf(inside)} out of the lock, or split the lock by key.",
                Reasoning = (owners.Holders.Count > 0
                    ? $"Culprit: on the stacks of the lock's owners during the longest waits, {Wording.Percent(owners.Holders.Share(culprit))} of the time."
                    : "Culprit: the application's method that waited longest; no sample of an owner was at hand.")
                    + " Refuted if the owners turn out to be runnable without a processor.",
                Evidence = [.. held.Longest.Ids.Take(Limits.Evidence)],
            },
        };
    }

    static IReadOnlyList<string> Others(Investigation at, LockStats held, MethodId culprit, MethodId inside) =>
        [.. new[] { inside }.Concat(held.Waiters.Heaviest.Select(waiter => waiter.Key)).Where(method => !method.IsNone && method != culprit)
            .Select(at.NameOf).Concat(held.Routes.Heaviest.Select(route => at.Catalog.Names[route.Key])).Distinct().Take(5)];
}
