// dns-or-tls-delay: calls wait for a name to be looked up or for a TLS handshake, before anything is sent.
// Looks for: lookups or handshakes that take as long as a slow call, and often.
// In: the runtime's activities of name resolution and TLS.
// Scores: by their time against the time of the calls.
// Culprit: the method that calls; the host is named beside it.
// Refuted by: a single slow one at the start.
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds slow ways to a connection.</summary>
internal sealed class SlowConnections : ICause
{
    const double SlowNanos = 50e6; // A resolver near by answers in a few milliseconds, a handshake takes two round trips.
    const int Fewest = 5;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var step in (ConnectionStep[])[at.Connections.Dns, at.Connections.Tls])
        {
            if (step.Latency.Count < Fewest || step.Latency.Quantile(0.5) < SlowNanos) continue;
            var impact = at.Requests.ShareOf(step.Latency.TotalNanos);
            if (impact >= Severities.Hurts || at.Requests.Count == 0) yield return Suspect(at, step, Math.Max(impact, Severities.Hurts));
        }
    }

    static Suspicion Suspect(Investigation at, ConnectionStep step, double impact)
    {
        var callers = at.Samples.Callers(Callee.Http);
        var host = at.Catalog.Names[step.Names.Top];
        return new()
        {
            Method = callers.Top,
            Finding = new()
            {
                Cause = "dns-or-tls-delay",
                Culprit = callers.Count > 0 ? at.NameOf(callers.Top) : host,
                Also = [host, .. callers.Heaviest.Skip(1).Select(c => at.NameOf(c.Key)).Take(2)],
                Severity = Severities.Of(impact),
                Confidence = Severities.Confidence(step.Latency.Count, Fewest, 0.9),
                Impact = impact,
                Summary = $"{Wording.Number(step.Latency.Count)} times a call had to wait for {step.Text}, {Wording.Time(step.Latency.Quantile(0.5))} at the median and {Wording.Time(step.Latency.Quantile(0.99))} at the 99th percentile: {host}.",
                Advice = "Keep connections (one HttpClient or IHttpClientFactory, SocketsHttpHandler.PooledConnectionLifetime of minutes), look at the resolver (search domains, ndots, a local cache), and at the certificate checks (revocation lists that cannot be reached).",
                Reasoning = (callers.Count > 0 ? "Culprit: the application's method on most stacks inside of the HTTP client." : "No sampled stack is inside of the HTTP client, so the host is named.") + " Refuted if only the first call pays for it.",
                Evidence = step.Slowest.Ids,
            },
        };
    }
}
