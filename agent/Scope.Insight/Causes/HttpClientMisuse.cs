// http-client-misuse: clients are made for each call, so each call makes a connection of its own.
// Looks for: connections set up for half of the calls or more; hundreds of clients or handlers in a snapshot.
// In: the runtime's activities of connections and of calls; snapshots.
// Scores: by connections a call.
// Culprit: the application's method that calls.
// Refuted by: a server that closes every connection (then one client makes as many).
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds HTTP clients that are thrown away.</summary>
internal sealed class HttpClientMisuse : ICause
{
    const double SetUpsPerCall = 0.5; // A pool makes a connection for each call at once, then none.
    const int FewestCalls = 30;
    const long ManyClients = 100; // Typed clients are some dozens, and their handlers are shared.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        long calls = 0;
        at.History.Visit(at.Window(KindSet.Of(EventKind.ClientCall)), (EventId _, in ScopeEvent _) => ++calls > 0);
        var setUps = at.Connections.SetUp.Latency.Count;
        var seen = at.LastHeap();
        var handlers = seen?.State.Known.Where(k => k.Kind == KnownKind.HttpHandler).Sum(k => k.Count) ?? 0;
        if (!(calls >= FewestCalls && setUps >= calls * SetUpsPerCall) && handlers < ManyClients) yield break;
        var callers = at.Samples.Callers(Callee.Http);
        var holder = seen?.State.Known.Where(k => k.Kind == KnownKind.HttpClient).SelectMany(k => k.Holders).OrderByDescending(h => h.Count).Select(h => States.TypeText(h.Field)).FirstOrDefault();
        yield return new()
        {
            Method = callers.Top,
            Finding = new()
            {
                Cause = "http-client-misuse",
                Culprit = callers.Count > 0 ? at.NameOf(callers.Top) : holder ?? "System.Net.Http.HttpClient",
                Also = [.. callers.Heaviest.Skip(1).Select(c => at.NameOf(c.Key)).Take(3)],
                Severity = Severity.Warning,
                Confidence = setUps >= calls * SetUpsPerCall && calls > 0 ? Severities.Confidence(setUps, FewestCalls / 2, 0.93) : 0.8,
                Impact = Math.Max(Severities.Hurts, at.Requests.ShareOf(at.Connections.SetUp.Latency.TotalNanos)),
                Summary = (calls > 0 ? $"{Wording.Number(setUps)} connections were set up for {Wording.Number(calls)} calls" : "No call was seen")
                    + (handlers > 0 ? $"; {Wording.Number(handlers)} HTTP handlers are in memory, each with connections of its own." : ".")
                    + (callers.Count > 0 ? $" The calls are made in {at.Place(callers.Top)}." : ""),
                Advice = "Use one HttpClient for the life of the process, or IHttpClientFactory. A client for each call leaves its sockets in TIME_WAIT behind, until there are no ports left, and pays for a handshake each time.",
                Reasoning = "Connections against calls, as the runtime tells both. Refuted if the other side closes each connection.",
                Evidence = [.. at.Connections.SetUp.Slowest.Ids.Take(10), .. seen?.Evidence() ?? []],
            },
        };
    }
}
