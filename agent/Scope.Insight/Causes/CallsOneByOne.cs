// lock-contention of async methods: requests queue for a gate (a SemaphoreSlim, an async lock) that is held while a call is made, so
// the calls are made one by one although many requests want to make them. No thread is blocked, and no stack shows it.
// Looks for: a call that is under way nearly all the time and never twice at once, on a route whose requests mostly wait in awaits.
// In: client calls and statements with their beginnings; the critical paths of the routes that make them. In snapshots: async
//     methods that wait for a semaphore.
// Scores: by the share of all request time that is spent waiting.
// Culprit: the method that waits for the semaphore in a snapshot, else the one that makes the call.
// Refuted by: a caller that sends its requests one by one.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds gates that async methods queue for.</summary>
internal sealed class CallsOneByOne : ICause
{
    const double BusyShare = 0.7;   // Of the window: a gate with pauses between its users holds nobody up.
    const double OverlapShare = 0.02; // Time stamps of an end and the next beginning may cross by some microseconds.
    const double OwnShare = 0.5;
    const int FewestCalls = 20;
    const int FewestOpen = 3;      // Requests under way on average: with fewer there is no queue.
    const int FewestWaiting = 5;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (FromSnapshot(at) is { } seen)
        {
            yield return seen;
            yield break;
        }
        foreach (var route in at.Requests.Routes.Values.OrderByDescending(r => r.Latency.TotalNanos).Take(3))
            if (route.Latency.TotalNanos / at.Nanos >= FewestOpen && route.OwnNanos >= OwnShare * route.Latency.TotalNanos)
                foreach (var step in route.Steps.Keys.Where(s => s.IsCall))
                    if (IsOneByOne(at, step)) yield return Told(at, route, step);
    }

    static bool IsOneByOne(Investigation at, Step step)
    {
        var calls = new List<(EventTime Start, EventTime End)>();
        at.History.Visit(at.Window(KindSet.Of(step.Kind)), (EventId _, in ScopeEvent e) =>
        {
            if (e.Name == step.Name && calls.Count < Limits.SpansOfFlow * 8) calls.Add((e.StartTime, e.Time));
            return true;
        });
        if (calls.Count < FewestCalls) return false;
        calls.Sort();
        long busy = 0, twice = 0;
        var until = calls[0].Start;
        foreach (var (start, end) in calls)
        {
            busy += Math.Max(0, end - (start > until ? start : until));
            twice += Math.Max(0, (end < until ? end : until) - start);
            if (end > until) until = end;
        }
        var span = until - calls[0].Start;
        return busy >= span * BusyShare && twice <= busy * OverlapShare;
    }

    static Suspicion Told(Investigation at, RouteStats route, Step step)
    {
        var culprit = Culprits.CallerOf(at, route.Name, step.Kind == EventKind.Sql ? Callee.Database : Callee.Http);
        var (name, call) = (at.Catalog.Names[route.Name], Wording.Short(at.Catalog.Names[step.Name], 80));
        return new()
        {
            Method = culprit.Method,
            Route = route.Name,
            Finding = Make(culprit.Name, [call, name], at.Requests.ShareOf(route.OwnNanos), 0.6 + 0.3 * culprit.Sureness,
                $"{Wording.Number(route.Latency.TotalNanos / at.Nanos)} requests of {name} are under way on average, but {call} is called one by one, without a pause: they queue for something that is held during the call{(culprit.Method.IsNone ? "" : $" in {at.Place(culprit.Method)}")}. {Wording.Percent((double)route.OwnNanos / route.Latency.TotalNanos)} of their time they wait in awaits, {Wording.Time(route.Latency.Quantile(0.5))} in the middle.",
                $"Calls that never overlap, back to back. Culprit: {culprit.How}. Refuted if the callers themselves take turns.", [.. route.Slowest.Ids.Take(Limits.Evidence)]),
        };
    }

    /// <summary>Async methods that wait for a semaphore that others of the same sort hold meanwhile.</summary>
    static Suspicion? FromSnapshot(Investigation at)
    {
        if (at.LastSnapshot() is not { } seen) return null;
        var queue = seen.State.AsyncChains.Where(c => c.Root == AsyncRootKind.Semaphore).GroupBy(c => at.AppMethodOf(seen, c)).Where(g => !g.Key.IsNone).MaxBy(g => g.Sum(c => c.Count));
        var waiting = queue?.Sum(c => c.Count) ?? 0;
        if (queue is null || waiting < FewestWaiting) return null;
        var busy = at.Requests.Routes.Values.Sum(r => r.OwnNanos);
        var impact = at.Requests.Count == 0 ? Severities.Hurts : at.Requests.ShareOf(busy);
        return new()
        {
            Method = queue.Key,
            BlockedIn = Wait.Lock,
            Finding = Make(at.NameOf(queue.Key), [.. queue.SelectMany(c => at.AppMethodsOf(seen, c)).Where(m => m != queue.Key).Select(at.NameOf).Distinct().Take(4)], impact, 0.9,
                $"{waiting} async calls wait in {at.Place(queue.Key)} for a SemaphoreSlim at once; no thread is blocked, but they go through one by one.",
                "Async methods of the snapshot whose chains end at a semaphore. Refuted if the next snapshot shows no queue.", [.. seen.Evidence()]),
        };
    }

    static Finding Make(string culprit, IReadOnlyList<string> also, double impact, double confidence, string summary, string how, IReadOnlyList<EventId> evidence) => new()
    {
        Cause = "lock-contention",
        Culprit = culprit,
        Also = also,
        Severity = Severities.Of(impact) is Severity.Info ? Severity.Warning : Severities.Of(impact),
        Confidence = Math.Round(confidence, 2),
        Impact = impact,
        Summary = summary,
        Advice = "Do not hold the gate over a call: keep the answer (a cache with an expiry, one shared task for all who ask at once), or let more than one through (a larger count, a gate for each key).",
        Reasoning = how,
        Evidence = evidence,
    };
}
