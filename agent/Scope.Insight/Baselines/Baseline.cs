// A baseline: how a service behaved when it was well, as distributions and not as averages, so that a later recording can be
// compared with it by honest statistics. What is measured is a list of measures, each a name with the values that it had.
using Scope.Events;
using Scope.Store;

namespace Scope.Insight.Baselines;

/// <summary>Something measured, with all of its values; more is worse.</summary>
/// <param name="What">The sort: "latency", "errors", "query", "call", "process".</param>
/// <param name="Name">Of what: a route, a statement, a host, a figure of the process.</param>
/// <param name="Unit">The values' unit: "ns", "permille" (a request that failed is 1000), "bytes", "millicores", "permille of a second".</param>
/// <param name="Values">The values, each request's or each second's.</param>
public sealed record Measure(string What, string Name, string Unit, LatencySketch Values);

/// <summary>How a service behaved over a window.</summary>
/// <param name="Name">What the user calls it.</param>
/// <param name="Target">The program.</param>
/// <param name="Seconds">How long the window was.</param>
/// <param name="Measures">All measures.</param>
public sealed record Baseline(string Name, string Target, double Seconds, IReadOnlyList<Measure> Measures)
{
    const int FewestValues = 8; // With fewer no test can tell anything.

    /// <summary>Measures a window of a history.</summary>
    public static Baseline Of(string name, IHistory history, EventTime from, EventTime to)
    {
        using var files = new Scope.Code.CodeFiles();
        if (from < history.First) from = history.First;
        if (to > history.Last) to = history.Last + 1;
        var at = new Investigation(history, from, to, new(history.Catalog, files));
        var measures = Routes(at).Concat(Calls(at)).Concat(PerSecond.Of(at)).Where(m => m.Values.Count >= FewestValues);
        return new(name, history.Catalog.Targets.All.Select(t => t.Name).FirstOrDefault() ?? "", at.Seconds, [.. measures]);
    }

    static IEnumerable<Measure> Routes(Investigation at)
    {
        foreach (var route in at.Requests.Routes.Values)
        {
            var name = at.Catalog.Names[route.Name];
            yield return new("latency", name, "ns", route.Latency);
            var errors = new LatencySketch();
            errors.Add(1000, (int)Math.Min(int.MaxValue, route.Errors));
            errors.Add(0, (int)Math.Min(int.MaxValue, route.Latency.Count - route.Errors));
            yield return new("errors", name, "permille", errors);
        }
    }

    static IEnumerable<Measure> Calls(Investigation at) =>
        at.Requests.Calls.Select(call => new Measure(call.Key.Kind == EventKind.Sql ? "query" : "call", at.Catalog.Names[call.Key.Name], "ns", call.Value.Latency));
}
