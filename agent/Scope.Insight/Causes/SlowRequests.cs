// slow-requests: a route is slow, and the critical path says where.
// Looks for: (a) routes that make one call after the other where the calls are most of the path; (b) routes whose requests
// often take longer than people wait, with the time in the service's own code.
// In: the critical paths of requests; the stacks of the route.
// Scores: by the share of all request time.
// Culprit: (a) the method with the loop; (b) the method that the route's threads run or stand still in, else the route.
// Refuted by: any more special cause for the same time: locks, the pool, the collector, a hot method (the ranking sees to it).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds slow routes.</summary>
internal sealed class SlowRequests : ICause
{
    const double MostOfThePath = 0.5;
    const double MostRequests = 0.5;
    const double TailTimesMiddle = 5; // A route that is quick in the middle is slow only where its tenth slowest are far from that; a busy machine doubles them by itself.
    const int FewestRequests = 5;
    const double FewestLoopNanos = 50e6; // A loop of calls that takes less in all is not what makes a service slow.
    const double TimesTheOthers = 3; // When all routes are slow alike, it is not this route.
    const double Explained = 0.25; // A method seen for a quarter of the route's own time is a lead worth naming.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var route in at.Requests.Routes.Values.Where(route => route.Latency.Count >= FewestRequests && route.Latency.TotalNanos > 0))
        {
            var repeated = Repeated(route);
            if (repeated.Nanos >= MostOfThePath * route.Latency.TotalNanos && repeated.Nanos / route.Latency.Count >= FewestLoopNanos)
            {
                if (at.Requests.ShareOf(repeated.Nanos) is var loop and >= Severities.Hurts) yield return OneByOne(at, route, repeated.Call, repeated.Nanos, loop);
            }
            else if (InOwnCode(at, route) is { } suspicion) yield return suspicion;
        }
    }

    /// <summary>The call that repeats most, and the time of those that repeat, with what this process itself does to answer them.</summary>
    static (Step Call, double Nanos) Repeated(RouteStats route)
    {
        var (top, most, nanos) = (default(Step), 0L, 0.0);
        foreach (var (step, stats) in route.Steps)
        {
            if (step.Kind == EventKind.Sql || step == new Step(EventKind.Request, route.Name) || stats.Repeating < MostRequests * route.Latency.Count) continue;
            nanos += stats.Nanos;
            if (step.IsCall && stats.Spans > most) (top, most) = (step, stats.Spans);
        }
        return most > 0 ? (top, nanos) : default;
    }

    static Suspicion OneByOne(Investigation at, RouteStats route, Step call, double nanos, double impact)
    {
        var culprit = Culprits.LoopOf(at, route.Name, Callee.Http);
        var stats = route.Steps[call];
        var (host, name) = (at.Catalog.Names[call.Name], at.Catalog.Names[route.Name]);
        return new()
        {
            Method = culprit.Method,
            Route = route.Name,
            IsLoopOfCalls = true,
            Finding = new()
            {
                Cause = "slow-requests",
                Culprit = culprit.Name,
                Also = [name, host],
                Severity = Severities.Of(impact),
                Confidence = Severities.Confidence(stats.Repeating, FewestRequests, 0.7 + 0.25 * culprit.Sureness),
                Impact = impact,
                Summary = $"Each {name} makes {Wording.Number((double)stats.Spans / Math.Max(1, stats.Requests))} calls of \"{host}\" one after the other: {Wording.Time(nanos / route.Latency.Count)} of {Wording.Time((double)route.Latency.TotalNanos / route.Latency.Count)} on average"
                    + (culprit.Method.IsNone ? "." : $", in {at.Place(culprit.Method)}."),
                Advice = "Make the calls at once (Task.WhenAll, with a limit where there are many) if they do not need each other's answers, or ask for all in one call.",
                Reasoning = $"Culprit: {culprit.How}. Calls made at once would stand on the critical path once. Refuted if each call needs the answer of the one before.",
                Evidence = [.. route.Slowest.Ids.Take(8), .. at.Requests.Calls.TryGetValue(call, out var calls) ? calls.Slowest.Ids.Take(8) : []],
            },
        };
    }

    static Suspicion? InOwnCode(Investigation at, RouteStats route)
    {
        var slowShare = (double)route.Slow / route.Latency.Count;
        var impact = at.Requests.ShareOf(route.OwnNanos);
        if (!IsSlow(route) || route.Slow < FewestRequests || route.OwnNanos < MostOfThePath * route.Latency.TotalNanos || impact < Severities.Hurts) return null;
        if (route.Latency.Quantile(0.9) < TimesTheOthers * MedianOfOthers(at, route)) return null;
        var where = Where(at, route.Name);
        var (top, nanos) = where.Count > 0 ? (where.Top, where[where.Top]) : default;
        var seen = route.OwnNanos > 0 ? Math.Min(1, nanos / route.OwnNanos) : 0;
        var name = at.Catalog.Names[route.Name];
        var method = seen >= Explained ? top.Method : Culprits.MostSeen(at, route.Name);
        return new()
        {
            Method = method,
            Route = route.Name,
            BlockedIn = seen >= Explained ? top.Wait : Wait.None,
            Finding = new()
            {
                Cause = "slow-requests",
                Culprit = method.IsNone ? name : at.NameOf(method),
                Also = method.IsNone ? [] : [name],
                // Slow without a lead may be slow for a good reason, such as a long poll.
                Severity = seen >= Explained ? Severities.Of(impact) : Severity.Info,
                Confidence = Severities.Confidence(route.Slow, FewestRequests, seen >= Explained ? 0.6 + 0.3 * seen : 0.4),
                Impact = impact,
                Summary = $"{Wording.Percent(slowShare)} of {name} take longer than {Wording.Time(Requests.SlowNanos)} ({Wording.Time(route.Latency.Quantile(0.5))} in the middle, {Wording.Time(route.Latency.Quantile(0.99))} at the 99th percentile), {Wording.Percent((double)route.OwnNanos / route.Latency.TotalNanos)} of it in the service's own code"
                    + (seen >= Explained ? $": {Wording.Percent(seen)} {(top.Wait == Wait.None ? "running" : "waiting for " + top.Wait.Text())} in {at.Place(method)}." : ", where no thread is seen: it is in an await."),
                Advice = seen >= Explained && top.Wait == Wait.Sleep ? "Take the sleep out, or await a delay where one is needed." : "Look at the request's waterfall in the report for the gap, and at what is awaited there; a span (ActivitySource) around it names it next time.",
                Reasoning = method.IsNone ? $"No stack of {name} has a frame of the application, so the route is named." : seen >= Explained ? "Culprit: the application's deepest frame on the stacks of the route's threads." : "Culprit: the application's method that the route's stacks show most; it may only be near the await.",
                Evidence = route.Slowest.Ids,
            },
        };
    }

    /// <summary>Most of its requests take longer than people wait, or one in ten does and is far from the others.</summary>
    static bool IsSlow(RouteStats route)
    {
        var (middle, tail) = (route.Latency.Quantile(0.5), route.Latency.Quantile(0.9));
        return middle >= Requests.SlowNanos || tail >= Requests.SlowNanos && tail >= TailTimesMiddle * middle;
    }

    /// <summary>What a route's threads did, by method and by what they waited for.</summary>
    static Tally<BlockedIn> Where(Investigation at, NameId route)
    {
        var where = new Tally<BlockedIn>();
        foreach (var ((stack, of), group) in at.Samples.Groups)
        {
            if (of != route || at.AppMethodOf(stack, route) is var method && method.IsNone) continue;
            if (group.RunningNanos > 0) where.Add(new(method, Wait.None), group.RunningNanos);
            if (group.BlockedNanos > 0) where.Add(new(method, at.Stacks.Of(stack).Wait), group.BlockedNanos);
        }
        return where;
    }

    static double MedianOfOthers(Investigation at, RouteStats route)
    {
        var others = new LatencySketch();
        foreach (var other in at.Requests.Routes.Values.Where(other => other != route)) others.Add(other.Latency);
        return others.Quantile(0.5);
    }
}
