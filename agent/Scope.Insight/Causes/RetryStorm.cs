// retry-storm: calls that fail are made again at once, so a service in trouble gets several times the load.
// Looks for: the same call made three times or more for one request, most of them in vain.
// In: client calls by flow, with their status.
// Scores: by the share of flows that do it, and by how many calls they make of one.
// Culprit: the method that calls.
// Refuted by: calls that fail for a reason of their own each.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds retries that make things worse.</summary>
internal sealed class RetryStorm : ICause
{
    const int FewestTries = 3;
    const double MostFail = 0.5;
    const double ShareOfFlows = 0.2;
    const int FewestFlows = 5;
    const int ServerError = 500, TooMany = 429;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var target in CallsByFlow(at).GroupBy(c => c.Key.Name))
        {
            var retried = target.Where(f => f.Value.Calls >= FewestTries && f.Value.Failed >= f.Value.Calls * MostFail).ToList();
            if (retried.Count >= FewestFlows && retried.Count >= ShareOfFlows * target.Count()) yield return Suspect(at, target.Key, retried, target.Count());
        }
    }

    static Dictionary<(FlowId Flow, NameId Name), (int Calls, int Failed, EventId Last)> CallsByFlow(Investigation at)
    {
        var flows = new Dictionary<(FlowId, NameId), (int Calls, int Failed, EventId Last)>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.ClientCall)), (EventId id, in ScopeEvent e) =>
        {
            if (e.Flow.IsNone || flows.Count >= Limits.FlowsFollowed && !flows.ContainsKey((e.Flow, e.Name))) return true;
            var (calls, failed, _) = flows.GetValueOrDefault((e.Flow, e.Name));
            var fails = (e.Flags & EventFlags.Error) != 0 || e.Detail is 0 or TooMany or >= ServerError;
            flows[(e.Flow, e.Name)] = (calls + 1, failed + (fails ? 1 : 0), id);
            return true;
        });
        return flows;
    }

    static Suspicion Suspect(Investigation at, NameId name, List<KeyValuePair<(FlowId Flow, NameId Name), (int Calls, int Failed, EventId Last)>> retried, int flows)
    {
        var route = retried.GroupBy(r => at.Requests.RouteOf(r.Key.Flow)).MaxBy(g => g.Count())!.Key;
        var culprit = route.IsNone ? Anyone(at, name) : Culprits.CallerOf(at, route, Callee.Http);
        var calls = retried.Sum(r => r.Value.Calls);
        var (each, share) = ((double)calls / retried.Count, (double)retried.Count / flows);
        return new()
        {
            Method = culprit.Method,
            Route = route,
            Finding = new()
            {
                Cause = "retry-storm",
                Culprit = culprit.Name,
                Also = [.. new[] { name, route }.Where(n => !n.IsNone).Select(n => at.Catalog.Names[n])],
                Severity = share >= 0.5 ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(retried.Count, FewestFlows, 0.6 + 0.35 * culprit.Sureness),
                Impact = Math.Max(share * 0.6, Severities.Hurts),
                Summary = $"{at.Catalog.Names[name]} is called {Wording.Number(each)} times for one request where it fails ({Wording.Percent(share)} of the requests that call it): {Wording.Number(calls)} calls, {Wording.Number(retried.Sum(r => r.Value.Failed))} of them in vain.",
                Advice = "Wait between tries, longer each time and with some chance in it; try two or three times at most, only what may be repeated; stop for a while when most fail (a circuit breaker), and keep retries to one layer.",
                Reasoning = $"Culprit: {culprit.How}. Refuted if each call fails for a reason of its own.",
                Evidence = [.. retried.OrderByDescending(r => r.Value.Calls).Select(r => r.Value.Last).Take(Limits.Evidence)],
            },
        };
    }

    static Culprit Anyone(Investigation at, NameId name)
    {
        var callers = at.Samples.Callers(Callee.Http);
        return callers.Count > 0 ? new(at.NameOf(callers.Top), callers.Top, "it is on most stacks inside of the HTTP client", callers.Share(callers.Top)) : new(at.Catalog.Names[name], default, "no stack shows who calls", 0.3);
    }
}
