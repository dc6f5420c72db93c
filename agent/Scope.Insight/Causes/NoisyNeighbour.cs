// noisy-neighbour: another process or many of one command, or another machine on the same host, takes the processors that the target is ready to use.
// Looks for: threads of the target that wait for a processor for a good part of the time that they could run, on a machine that
//            is full, while others use more of it than the target.
// In: the kernel's run-queue waits of the target's threads, the machine's CPU and the busiest other process.
// Scores: by the share of the target's runnable time that it waited; where it answers requests, by no more than that is of their time.
// Culprit: the busiest other command; the hypervisor when it is steal time.
// Refuted by: a target that fills the machine itself, or that its own quota stops.
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds somebody else who takes the CPU.</summary>
internal sealed class NoisyNeighbour : ICause
{
    const double WaitShare = 0.3;  // Below, the scheduler's ordinary turns on a busy machine look the same.
    const double FullMachine = 0.9;
    const double StealShare = 0.15; // Of the machine: a virtual machine on a host that is not overbooked sees a few percent.
    const double LeastTargetCores = 0.05; // A target that hardly runs says nothing about its processors.
    const double MostOfTheMachine = 0.5; // When all others take less, they leave the target as much; so does a client that only answers to it.
    const double LeastOfTheMachine = 0.25; // Of the busiest: who takes less is one of many, and sending it away would change little.
    const int FewestSamples = 4;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        Views.Series wait = at.Metrics[HostMetrics.CpuWait], own = at.Metrics[HostMetrics.Cpu], busy = at.Metrics[HostMetrics.MachineBusy];
        var cores = at.Metrics[HostMetrics.MachineCores].Last;
        if (busy.Count < FewestSamples || cores <= 0 || own.Mean < LeastTargetCores) yield break;
        var waitShare = wait.Mean / (wait.Mean + own.Mean);
        var steal = at.Metrics[HostMetrics.MachineSteal].Mean / cores;
        if (steal >= StealShare) yield return Suspect(at, "the hypervisor (steal time)", steal * cores, steal, waitShare, at.Metrics[HostMetrics.MachineSteal]);
        else if (waitShare >= WaitShare && busy.Mean / cores >= FullMachine && at.Metrics[HostMetrics.Throttled].Mean == 0
            && busy.Mean - own.Mean > Math.Max(own.Mean, cores * MostOfTheMachine) && Busiest(at) is var (name, series, taken) && taken > Math.Max(own.Mean, cores * LeastOfTheMachine))
            yield return Suspect(at, name, taken, OfRequests(at, waitShare), waitShare, series);
    }

    // A neighbour that was the busiest only now and then counts for as much as it was seen; under any of its names, since the
    // number of a command's processes changes.
    static (string Name, Views.Series Series, double Cores)? Busiest(Investigation at)
    {
        var looks = at.Metrics[HostMetrics.MachineBusy].Count;
        var all = at.Metrics.StartingWith(HostMetrics.NeighbourPrefix)
            .Select(n => (Name: n.Name[HostMetrics.NeighbourPrefix.Length..n.Name.LastIndexOf(',')], n.Series, Cores: n.Series.Mean * n.Series.Count / looks))
            .GroupBy(n => n.Name[..n.Name.LastIndexOf(" (", StringComparison.Ordinal)]).ToList();
        if (all.Count == 0) return null;
        var busiest = all.MaxBy(command => command.Sum(n => n.Cores))!;
        var (name, series, _) = busiest.MaxBy(n => n.Cores);
        return (name, series, busiest.Sum(n => n.Cores));
    }

    // Requests cannot have lost more than all threads together waited: those that wait for somebody else's answer lose little.
    static double OfRequests(Investigation at, double share) =>
        at.Requests.TotalNanos == 0 ? share : Math.Min(share, at.Metrics[HostMetrics.CpuWait].Mean * at.Nanos / at.Requests.TotalNanos);

    // Requests that are quick all the same are no fault: threads in the background may wait as long as they like.
    static bool IsFelt(Investigation at) => at.Requests.Count == 0 || at.Requests.Routes.Values.Sum(route => route.Slow) >= Severities.Hurts * at.Requests.Count;

    static Suspicion Suspect(Investigation at, string who, double cores, double impact, double waitShare, Views.Series evidence) => new()
    {
        Finding = new()
        {
            Cause = "noisy-neighbour",
            Culprit = who,
            Severity = IsFelt(at) ? Severities.Of(impact) : Severity.Info,
            Confidence = Severities.Confidence(evidence.Count, FewestSamples, 0.9),
            Impact = impact,
            Summary = $"{who} uses {Wording.Cores(cores)} of the machine's {Wording.Number(at.Metrics[HostMetrics.MachineCores].Last)}; threads of the target that were ready to run waited for a processor {Wording.Percent(waitShare)} of that time. "
                + $"The target itself used {Wording.Cores(at.Metrics[HostMetrics.Cpu].Mean)}.",
            Advice = "Move it away or give it a limit (cgroup cpu.max, nice, CPU sets), or reserve processors for the target.",
            Reasoning = "The kernel counts how long each thread waits in the run queue. Refuted when the target fills the machine by itself.",
            Evidence = [.. evidence.Peaks(), .. at.Metrics[HostMetrics.CpuWait].Peaks(2)],
        },
    };
}
