// cold-start, before the first request: a process cannot serve until it has worked for seconds.
// Looks for: a process that was watched from its first seconds, and that spends most of its CPU time in one method until its
//            first request comes.
// In: the process's start; CPU samples and the CPU time of the start.
// Scores: by the share of the window that passes until then.
// Culprit: the application's method that the start was spent in.
// Refuted by: a first request that came late because nobody asked before.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds starts that take long.</summary>
internal sealed class SlowStart : ICause
{
    const long StartNanos = 10_000_000_000; // Who comes later sees no start, but whatever the service does when nobody asks.
    const long SlowNanos = 2_000_000_000; // A web service with a few dozen services in its container is up in less, on a slow machine too.
    const double MostOfTheStart = 0.5;
    const double FewestWorkNanos = 1e9; // Of one method's: what is added to every deployment and every new instance.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var began = at.Catalog.Targets.All.Select(t => t.StartTime).DefaultIfEmpty(EventTime.Min).Max();
        if (began == EventTime.Min || at.From - began > StartNanos) yield break;
        // A program that we start waits until we listen; that is no time of its own.
        var from = began > at.From ? began : at.From;
        if (FirstRequest(at) is not { } first || first - from < SlowNanos) yield break;
        var (methods, running, told) = Work(at, first);
        var share = methods.Count == 0 ? 0 : methods[methods.Top] / running;
        var work = share * (told > 0 ? told : running);
        if (share >= MostOfTheStart && work >= FewestWorkNanos) yield return Suspect(at, methods, first, first - from, share, work);
    }

    static EventTime? FirstRequest(Investigation at)
    {
        var first = EventTime.Max;
        at.History.Visit(at.Window(KindSet.Of(EventKind.RequestStart, EventKind.Request)), (EventId _, in ScopeEvent e) =>
        {
            if (e.StartTime < first) first = e.StartTime;
            return true;
        });
        return first == EventTime.Max ? null : first;
    }

    /// <summary>What ran before the first request: by the application's method, all of it as sampled, and the CPU time that the kernel told.</summary>
    static (Tally<MethodId> Methods, double Running, double Told) Work(Investigation at, EventTime first)
    {
        var (methods, running, told) = (new Tally<MethodId>(), 0.0, 0.0);
        at.History.Visit(new() { From = at.From, To = first, Kinds = KindSet.Of(EventKind.CpuSample, EventKind.ThreadTimeSample) }, (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.ThreadTimeSample) told += e.Value;
            else if (at.Samples.IsRunning(e))
            {
                running += e.Value;
                if (at.Stacks.AppMethodOf(e.Stack) is { IsNone: false } method) methods.Add(method, e.Value);
            }
            return true;
        });
        return (methods, running, told);
    }

    static Suspicion Suspect(Investigation at, Tally<MethodId> methods, EventTime first, double nanos, double share, double work)
    {
        var evidence = new TopEvidence();
        at.History.Visit(new() { From = at.From, To = first, Kinds = KindSet.Of(EventKind.CpuSample) }, (EventId id, in ScopeEvent e) =>
        {
            if (at.Stacks.AppMethodOf(e.Stack) == methods.Top && at.Samples.IsRunning(e)) evidence.Offer(id, e.Value);
            return true;
        });
        return new()
        {
            Method = methods.Top,
            Finding = new()
            {
                Cause = "cold-start",
                Culprit = at.NameOf(methods.Top),
                Also = [.. methods.Heaviest.Skip(1).Select(m => at.NameOf(m.Key)).Take(3)],
                Severity = Severity.Warning,
                Confidence = Severities.Confidence(evidence.Ids.Count, 2, 0.6 + 0.35 * share),
                Impact = Math.Max(Severities.Hurts, Math.Min(1, nanos / at.Nanos)),
                Summary = $"The first request came {Wording.Time(nanos)} after the process began: {Wording.Percent(share)} of the CPU time until then, {Wording.Time(work)}, went into {at.Place(methods.Top)}.",
                Advice = "Do it in the background and let the readiness check wait for it, compute it when it is first needed, or keep its result (a file, a build step) instead of computing it at each start.",
                Reasoning = "Culprit: the application's deepest frame on most samples of running threads before the first request. Refuted if nobody sent a request before.",
                Evidence = evidence.Ids,
            },
        };
    }
}
