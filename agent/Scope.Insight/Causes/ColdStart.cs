// cold-start: the process has only just begun, and its first requests pay for compiling, loading and filling caches.
// Looks for: a process that began shortly before or in the window, whose first requests are several times slower than its later ones.
// In: the process's start, compiled methods, durations of requests.
// Scores: by the time that the slow first part adds.
// Culprit: the application's method that the first seconds were spent in; else the slowest of the first requests' routes.
// Refuted by: requests that stay as slow.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds slow beginnings.</summary>
internal sealed class ColdStart : ICause
{
    const long JustBegunNanos = 30_000_000_000; // Compiling at higher tiers is mostly done by then.
    const double TimesSlower = 5;
    const int FewestRequests = 5;
    const int FewestCompiled = 300;
    const double SlowNanos = 100e6; // What is faster in the first second nobody feels.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var began = at.Catalog.Targets.All.Select(t => t.StartTime).DefaultIfEmpty(EventTime.Min).Max();
        if (began == EventTime.Min || at.From - began > JustBegunNanos) yield break;
        // The first tenth of what there was, two seconds at the least: a start is over soon.
        var early = (began > at.From ? began : at.From) + Math.Max(2_000_000_000, (long)(at.Nanos / 10));
        var routes = new Dictionary<NameId, Beginning>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Request)), (EventId id, in ScopeEvent e) =>
        {
            if ((e.Flags & EventFlags.Partial) != 0) return true;
            var route = at.Requests.RouteOf(e.Flow);
            if (!routes.TryGetValue(route, out var beginning)) routes[route] = beginning = new(route);
            (e.StartTime < early ? beginning.First : beginning.Later).Add(e.Value);
            if (e.StartTime < early) beginning.Slowest.Offer(id, e.Value);
            return true;
        });
        var compiled = 0;
        at.History.Visit(new() { From = at.From, To = early, Kinds = KindSet.Of(EventKind.MethodCompiled) }, (EventId _, in ScopeEvent _) => ++compiled > 0);
        // Each route with itself: that slow routes end after quick ones says nothing.
        if (compiled >= FewestCompiled && routes.Values.Where(r => r.IsSlow).MaxBy(r => r.AddedNanos) is { } worst) yield return Suspect(at, began, early, worst, compiled);
    }

    /// <summary>A route's requests at first and later.</summary>
    sealed record Beginning(NameId Route)
    {
        public LatencySketch First { get; } = new();

        public LatencySketch Later { get; } = new();

        public TopEvidence Slowest { get; } = new();

        public double Before => First.Quantile(0.5);

        public double After => Later.Quantile(0.5);

        public double AddedNanos => First.Count * (Before - After);

        public bool IsSlow => First.Count >= FewestRequests && Later.Count >= FewestRequests && Before >= SlowNanos && Before >= After * TimesSlower;
    }

    static Suspicion Suspect(Investigation at, EventTime began, EventTime early, Beginning slow, int compiled)
    {
        var (route, before, after) = (slow.Route, slow.Before, slow.After);
        var methods = new Tally<MethodId>();
        at.History.Visit(new() { From = at.From, To = early, Kinds = KindSet.Of(EventKind.CpuSample) }, (EventId _, in ScopeEvent e) =>
        {
            if (at.Stacks.AppMethodOf(e.Stack) is { IsNone: false } method && !at.Stacks.Of(e.Stack).IsBlocked) methods.Add(method, e.Value);
            return true;
        });
        return new()
        {
            Method = methods.Top,
            Route = route,
            Finding = new()
            {
                Cause = "cold-start",
                Culprit = methods.Count > 0 ? at.NameOf(methods.Top) : route.IsNone ? "the start of the process" : at.Catalog.Names[route],
                Also = [.. methods.Heaviest.Skip(1).Select(m => at.NameOf(m.Key)).Take(3)],
                Severity = Severity.Warning,
                Confidence = 0.85,
                Impact = Severities.Hurts,
                Summary = $"The process began {Wording.Time(Math.Max(0, at.From - began))} before the window. Its first requests took {Wording.Time(before)} at the median, later ones {Wording.Time(after)}; {Wording.Number(compiled)} methods were compiled meanwhile.",
                Advice = "Warm up before taking traffic (a readiness check that calls the main routes), publish ReadyToRun or with a startup snapshot of what is needed, and move the filling of caches out of the first request.",
                Reasoning = "First requests against later ones of the same process. Refuted if they stay as slow.",
                Evidence = [.. slow.Slowest.Ids],
            },
        };
    }
}
