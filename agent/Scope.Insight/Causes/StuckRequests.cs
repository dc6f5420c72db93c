// slow-requests, told of requests that do not end: a hang leaves no slow request behind, only open ones.
// Looks for: requests that have been open for seconds, and much longer than their route ever took.
// In: starts of requests without an end; the stacks of their flows.
// Scores: by the share of all request time, theirs included; but one alone is a remark, whatever its age.
// Culprit: the method that their threads stand still in, else the route.
// Refuted by: sockets, streams and long polls, which are open for as long as somebody listens; so a route of which nothing
// else is known is told as information only.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds requests that hang.</summary>
internal sealed class StuckRequests : ICause
{
    const int FewestStuck = 3; // One or two may be a client that went away or an end that nobody told; a fault hangs more.
    const double TimesTheSlowest = 5; // Beyond that of a route's 99th percentile it is no longer the same distribution.

    public IEnumerable<Suspicion> Look(Investigation at) =>
        at.Requests.Open.Where(open => open.AgeNanos >= Requests.StuckNanos).GroupBy(open => open.Route).Where(stuck => IsOutOfLine(at, stuck.Key, stuck.Max(open => open.AgeNanos)))
            .OrderByDescending(stuck => stuck.Sum(open => open.AgeNanos)).Take(3).Select(stuck => Suspect(at, stuck.Key, [.. stuck]));

    static bool IsOutOfLine(Investigation at, NameId route, long age) =>
        !at.Requests.Routes.TryGetValue(route, out var stats) || age >= TimesTheSlowest * stats.Latency.Quantile(0.99);

    static Suspicion Suspect(Investigation at, NameId route, IReadOnlyList<OpenRequest> stuck)
    {
        var waits = Waits(at, route);
        var (name, sum) = (at.Catalog.Names[route], stuck.Sum(open => open.AgeNanos));
        var method = waits.Count > 0 ? waits.Top.Method : at.Actions.Of(route);
        // Where events were lost, the end of a request may be among them.
        var isLead = stuck.Count >= FewestStuck && (waits.Count > 0 || at.Requests.Routes.ContainsKey(route) && at.History.Ledger.Lost == 0);
        var impact = (double)sum / Math.Max(1, sum + at.Requests.TotalNanos);
        return new()
        {
            Method = method,
            Route = route,
            IsHang = true,
            BlockedIn = waits.Count > 0 ? waits.Top.Wait : Wait.None,
            Finding = new()
            {
                Cause = "slow-requests",
                Culprit = method.IsNone ? name : at.NameOf(method),
                Also = method.IsNone ? [] : [name],
                Severity = isLead ? Severities.Of(impact) : Severity.Info,
                Confidence = Severities.Confidence(stuck.Count, 1, waits.Count > 0 ? 0.9 : isLead ? 0.8 : 0.5),
                Impact = impact,
                Summary = $"{Wording.Number(stuck.Count)} {(stuck.Count == 1 ? "request" : "requests")} of {name} had not ended when we stopped, the oldest after {Wording.Time(stuck[0].AgeNanos)}"
                    + (at.Requests.Routes.TryGetValue(route, out var stats) ? $"; others took {Wording.Time(stats.Latency.Quantile(0.5))} in the middle" : "")
                    + (waits.Count > 0 ? $". Their threads wait for {waits.Top.Wait.Text()} in {at.Place(method)}." : "; no thread is seen in them: they are in an await."),
                Advice = waits.Count > 0 ? "Look at what would end that wait, and who holds it; give every wait a timeout." : "Look at the last event of the request's flow in the report: what it awaits comes after that. Give every await of something outside a timeout.",
                Reasoning = "Their starts are in the recording and their ends are not. Refuted if they are sockets, streams or long polls, which are open for as long as somebody listens.",
                Evidence = [.. stuck.Take(Limits.Evidence).Select(open => open.Start)],
            },
        };
    }

    /// <summary>What the threads of a route's requests stand still in; with those that ended it is the same route, and the open ones stand longest.</summary>
    static Tally<BlockedIn> Waits(Investigation at, NameId route)
    {
        var waits = new Tally<BlockedIn>();
        foreach (var ((stack, of), group) in at.Samples.Groups)
            if (of == route && group.BlockedNanos > 0 && at.Stacks.Of(stack) is { IsBlocked: true, Wait: not Wait.Idle } fact && at.AppMethodOf(stack, route) is { IsNone: false } method)
                waits.Add(new(method, fact.Wait), group.BlockedNanos);
        return waits;
    }
}
