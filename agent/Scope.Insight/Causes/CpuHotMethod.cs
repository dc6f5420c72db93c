// cpu-hot-method: one method, or one class, uses most of the processor time.
// Looks for: an application method that is the deepest of the application's on two fifths of the running samples, or a class
// that is on three fifths, and that takes half a processor. It hurts while the processors are mostly in use or one thread
// runs in it all the time; else it is told as what to look at first, no more.
// In: CPU samples of threads that ran (the runtime samples waiting threads too; those are left out).
// Scores: by the method's share of the processors.
// Culprit: that method; of a class, its method with the largest share of stacks.
// Refuted by: a time that is short for another reason (cgroup limit), or work that is the service's purpose and well spent.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds hot methods.</summary>
internal sealed class CpuHotMethod : ICause
{
    const double MethodShare = 0.4; // In a service that does its work evenly, the frameworks come first and no own method gets near.
    const double TypeShare = 0.6;
    const double BusyProcessors = 0.6; // Above, requests begin to queue for a processor.
    const double Noteworthy = 0.5; // Processors: whoever wants to save CPU time would begin here.
    const double WholeProcessor = 0.9; // One thread that does nothing else: a loop that does not end, whatever the other processors do.
    const int FewestSamples = 100; // A second of one thread at the sampler's usual rate.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var (self, samples) = Running(at);
        if (samples < FewestSamples || self.Total <= 0) yield break;
        var top = self.Heaviest.Select(sum => sum.Key).FirstOrDefault(method => !method.IsNone);
        if (top.IsNone) yield break;
        var nanos = self[top];
        if (self.Share(top) < MethodShare)
        {
            nanos = OfType(at, self, top);
            if (nanos / self.Total < TypeShare) yield break;
        }
        var cores = at.Samples.Threads(nanos);
        if (cores >= Noteworthy) yield return Suspect(at, top, nanos, self.Total, cores, samples);
    }

    static Severity SeverityOf(Investigation at, double cores, double impact) =>
        at.Samples.Utilisation < BusyProcessors && cores < WholeProcessor ? Severity.Info : impact >= 0.5 ? Severity.Critical : Severity.Warning;

    static (Tally<MethodId> Self, long Samples) Running(Investigation at)
    {
        var self = new Tally<MethodId>();
        long samples = 0;
        foreach (var ((stack, route), group) in at.Samples.Groups)
        {
            if (group.RunningNanos == 0) continue;
            self.Add(at.AppMethodOf(stack, route), group.RunningNanos);
            samples += group.Count;
        }
        return (self, samples);
    }

    /// <summary>The time in the class of a method: an algorithm is often spread over a few small methods.</summary>
    static double OfType(Investigation at, Tally<MethodId> self, MethodId method)
    {
        var type = at.Code.Of(method).Name.Type;
        return self.Heaviest.Where(sum => !sum.Key.IsNone && at.Code.Of(sum.Key).Name.Type == type).Sum(sum => sum.Value);
    }

    static Suspicion Suspect(Investigation at, MethodId method, double nanos, double total, double cores, long samples)
    {
        var (evidence, callers, routes) = Stacks(at, method);
        var processors = Math.Max(1, at.Processors);
        var share = nanos / total;
        var impact = Math.Min(1, cores / processors);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "cpu-hot-method",
                Culprit = at.NameOf(method),
                Also = [.. callers.Heaviest.Take(3).Select(caller => at.NameOf(caller.Key)), .. routes.Heaviest.Take(2).Select(route => at.Catalog.Names[route.Key])],
                Severity = SeverityOf(at, cores, impact),
                Confidence = Severities.Confidence(samples, FewestSamples / 2, 0.6 + 0.38 * share),
                Impact = impact,
                Summary = $"{at.Place(method)} and what it calls of the frameworks take {Wording.Percent(share)} of the CPU time, {Wording.Number(Math.Min(cores, processors))} of {processors} processors"
                    + (routes.Count > 0 ? $", mostly for {at.Catalog.Names[routes.Top]}." : "."),
                Advice = "Look at the method's loops: what grows with the square of its input, what could be computed once, cached or looked up in a dictionary.",
                Reasoning = $"Culprit: the application's deepest frame on {Wording.Percent(share)} of the samples of running threads. Refuted if this is the work that the service is there for.",
                Evidence = evidence.Ids,
            },
        };
    }

    static (TopEvidence Evidence, Tally<MethodId> Callers, Tally<NameId> Routes) Stacks(Investigation at, MethodId method)
    {
        var (evidence, callers, routes) = (new TopEvidence(), new Tally<MethodId>(), new Tally<NameId>());
        foreach (var ((stack, route), group) in at.Samples.Groups)
        {
            if (group.RunningNanos == 0 || at.AppMethodOf(stack, route) != method) continue;
            evidence.Offer(group.Example, group.RunningNanos);
            if (!route.IsNone) routes.Add(route, group.RunningNanos);
            foreach (var caller in at.Stacks.AppMethods(stack).Skip(1).Take(1)) callers.Add(caller, group.RunningNanos);
        }
        return (evidence, callers, routes);
    }
}
