// server-gc-mismatch: the server collector with more heaps than the target has processors.
// Looks for: collector threads for more heaps than the control group's quota or the machine has processors.
// In: the names of the target's threads, the group's limit, GC pauses.
// Scores: by what the pauses cost; without pauses it is a remark.
// Culprit: the setting.
// Refuted by: a quota that is meant for short bursts of the collector.
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds a server collector that does not fit the machine.</summary>
internal sealed class ServerGcMismatch : ICause
{
    // Background collection gives each heap a second thread, so threads are one or two a heap.
    const double ThreadsPerHeap = 2;
    const double TooMany = 1.5; // Heaps for each processor: a quota of 1.5 rounds up to 2 heaps in good order.
    const double PausesHurt = 0.05;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var threads = at.Metrics[HostMetrics.ServerGcThreads].Max;
        var limit = at.Metrics[HostMetrics.CpuLimit].Last;
        var processors = limit > 0 ? limit : at.Metrics[HostMetrics.MachineCores].Last;
        if (threads == 0 || processors <= 0) yield break;
        var heaps = Math.Max(1, threads / ThreadsPerHeap);
        if (heaps / processors < TooMany) yield break;
        yield return new()
        {
            Finding = new()
            {
                Cause = "server-gc-mismatch",
                Culprit = "System.GC.Server",
                Severity = at.Memory.PausedShare >= PausesHurt || at.Metrics[HostMetrics.Throttled].Mean > 0 ? Severity.Warning : Severity.Info,
                Confidence = 0.85,
                Impact = at.Memory.PausedShare,
                Summary = $"The server garbage collector runs {Wording.Number(threads)} threads for {Wording.Cores(processors)}{(limit > 0 ? " of quota" : "")}. All of them wake at each collection and compete for what there is; each heap also keeps memory of its own. The target stood still {Wording.Percent(at.Memory.PausedShare)} of the time.",
                Advice = "Set DOTNET_GCHeapCount to the processors that it has, use DOTNET_GCDynamicAdaptationMode=1 (DATAS), or the workstation collector (DOTNET_gcServer=0) in small containers.",
                Reasoning = "Threads that the collector named itself, against the control group's quota or the machine's processors.",
                Evidence = [.. at.Metrics[HostMetrics.ServerGcThreads].Peaks(2), .. at.Memory.Pauses.Ids.Take(4)],
            },
        };
    }
}
