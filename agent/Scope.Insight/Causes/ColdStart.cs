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
        LatencySketch first = new(), later = new();
        var slowest = new TopEvidence();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Request)), (EventId id, in ScopeEvent e) =>
        {
            if ((e.Flags & EventFlags.Partial) != 0) return true;
            (e.StartTime < early ? first : later).Add(e.Value);
            if (e.StartTime < early) slowest.Offer(id, e.Value);
            return true;
        });
        var compiled = 0;
        at.History.Visit(new() { From = at.From, To = early, Kinds = KindSet.Of(EventKind.MethodCompiled) }, (EventId _, in ScopeEvent _) => ++compiled > 0);
        if (first.Count < FewestRequests || later.Count < FewestRequests || compiled < FewestCompiled) yield break;
        var (before, after) = (first.Quantile(0.5), later.Quantile(0.5));
        if (before < SlowNanos || before < after * TimesSlower) yield break;
        yield return Suspect(at, began, early, before, after, compiled, slowest);
    }

    static Suspicion Suspect(Investigation at, EventTime began, EventTime early, double before, double after, int compiled, TopEvidence slowest)
    {
        var methods = new Tally<MethodId>();
        at.History.Visit(new() { From = at.From, To = early, Kinds = KindSet.Of(EventKind.CpuSample) }, (EventId _, in ScopeEvent e) =>
        {
            if (at.Stacks.AppMethodOf(e.Stack) is { IsNone: false } method && !at.Stacks.Of(e.Stack).IsBlocked) methods.Add(method, e.Value);
            return true;
        });
        var route = slowest.Ids.Count > 0 && at.History.TryGet(slowest.Ids[0], out var request) ? at.Requests.RouteOf(request.Flow) : default;
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
                Evidence = [.. slowest.Ids],
            },
        };
    }
}
