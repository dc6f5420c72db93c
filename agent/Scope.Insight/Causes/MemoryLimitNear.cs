// memory-limit-near: the control group's memory is nearly used up; the next allocation may get the process killed.
// Looks for: use at nine tenths of the limit or more at the end of the window, or a kill in the group.
// In: the group's own counters, and the heap's size from collections.
// Scores: by how near it is.
// Culprit: the limit; the type that is allocated most beside it.
// Refuted by: memory that is mostly file pages (those are not counted here) or that comes back with the next collection.
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds a memory limit that is nearly reached.</summary>
internal sealed class MemoryLimitNear : ICause
{
    // The runtime takes three quarters of a container's limit as the heap's own, so a service can rest there in good health.
    const double Near = 0.9;
    const double AtTheEdge = 0.97;
    const int FewestSamples = 2;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var used = at.Metrics[HostMetrics.MemoryUsed];
        var limit = at.Metrics[HostMetrics.MemoryLimit].Last;
        var kills = at.Metrics[HostMetrics.OomKills];
        var killed = kills.Last - kills.First;
        if (used.Count < FewestSamples || limit <= 0) yield break;
        var share = used.Last / limit;
        if (share < Near && killed <= 0) yield break;
        var type = at.Memory.BytesByType.Count > 0 ? at.Catalog.Names[at.Memory.BytesByType.Top] : "";
        yield return new()
        {
            Finding = new()
            {
                Cause = "memory-limit-near",
                Culprit = $"memory limit of {Wording.Bytes(limit)}",
                Also = type.Length == 0 ? [] : [type],
                Severity = killed > 0 || share >= AtTheEdge ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(used.Count, FewestSamples),
                Impact = Math.Min(1, share),
                Summary = $"The control group uses {Wording.Bytes(used.Last)} of the {Wording.Bytes(limit)} that it may ({Wording.Percent(share)}); it was {Wording.Bytes(used.First)} at the beginning of the window"
                    + (killed > 0 ? $". The kernel killed {Wording.Number(killed)} of its processes meanwhile." : ". At the limit the kernel kills the process without a word.")
                    + (at.Memory.LargestHeapBytes > 0 ? $" The managed heap was {Wording.Bytes(at.Memory.LargestHeapBytes)} after a collection." : ""),
                Advice = "Raise the limit, or find what holds the memory: two snapshots some minutes apart name it. DOTNET_GCHeapHardLimitPercent and GCConserveMemory make the collector keep further away from the limit.",
                Reasoning = "Use without the file pages that the kernel can drop at once. Refuted when the next full collection brings it well below the limit.",
                Evidence = [.. used.Peaks()],
            },
        };
    }
}
