// cgroup-throttling: the container's CPU quota stops the target again and again.
// Looks for: a control group that used up its quota in a quarter of its periods or more.
// In: the group's own counters, read from outside.
// Scores: by the share of periods throttled.
// Culprit: the quota, and the method that takes most CPU beside it.
// Refuted by: a burst shorter than a few seconds (then few samples show it).
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds a CPU quota that is too small for the work.</summary>
internal sealed class CgroupThrottling : ICause
{
    const double Hurts = 0.25; // A request that meets one throttled period in four waits for some tens of milliseconds each time.
    const double Outage = 0.75;
    const int FewestSamples = 3;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var throttled = at.Metrics[HostMetrics.Throttled];
        var limit = at.Metrics[HostMetrics.CpuLimit].Last;
        if (throttled.Count < FewestSamples || throttled.Mean < Hurts || limit <= 0) yield break;
        var hot = at.Samples.Groups.Where(group => group.Value.RunningNanos > 0)
            .GroupBy(group => at.Stacks.AppMethodOf(group.Key.Stack)).Where(group => !group.Key.IsNone)
            .OrderByDescending(group => group.Sum(g => g.Value.RunningNanos)).Select(group => at.NameOf(group.Key)).Take(3);
        yield return new()
        {
            Finding = new()
            {
                Cause = "cgroup-throttling",
                Culprit = $"CPU quota of {Wording.Cores(limit)}",
                Also = [.. hot],
                Severity = throttled.Mean >= Outage ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(throttled.Count, FewestSamples),
                Impact = throttled.Mean,
                Summary = $"The control group allows {Wording.Cores(limit)}, and the kernel stopped the target in {Wording.Percent(throttled.Mean)} of the periods because that was used up. "
                    + $"It used {Wording.Cores(at.Metrics[HostMetrics.Cpu].Mean)} on average; while it is stopped nothing of it runs, whatever the machine has free.",
                Advice = "Raise the CPU limit (or remove it and keep the request), or bring the CPU use down: the methods beside this finding take most of it. Fewer threads that run at once make the same quota last longer in each period.",
                Reasoning = "The kernel's own count of throttled periods of the group. Refuted when it comes from one short burst: see the samples' times.",
                Evidence = [.. throttled.Peaks()],
            },
        };
    }
}
