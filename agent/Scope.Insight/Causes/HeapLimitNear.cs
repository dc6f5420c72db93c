// memory-limit-near, told of the heap's own hard limit: what survives leaves the collector no room, so it collects all the
// time, and what does not fit any more ends in OutOfMemoryException.
// Looks for: committed memory near the limit while what survives collections is most of it; or exceptions for want of memory.
// In: the limit in the target's environment, the runtime's counters, the heap after collections, thrown exceptions.
// Scores: by how near it is; critical when something did not fit.
// Culprit: the setting, with the limit.
// Refuted by: a heap that is much smaller after a full collection.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds a heap that has no room to grow.</summary>
internal sealed class HeapLimitNear : ICause
{
    // Committed memory alone says little: the collector uses what it is given. What survives says whether it needs it: above
    // three quarters, the share that the runtime itself would take of a container, each collection frees little.
    const double Near = 0.9;
    const double MostSurvives = 0.75;
    const int FewestSamples = 2;
    const string NoRoom = "System.OutOfMemoryException";

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var (name, series) = at.Metrics.StartingWith(HostMetrics.HeapLimitPrefix).FirstOrDefault();
        if (name is null || series.Count < FewestSamples || series.Last <= 0) yield break;
        var variable = name[HostMetrics.HeapLimitPrefix.Length..name.LastIndexOf(')')];
        var (limit, committed) = (series.Last, at.Metrics[HostMetrics.HeapCommitted]);
        var failed = at.Exceptions.Groups.Where(g => at.Catalog.Names[g.Type] == NoRoom).ToList();
        var isNear = committed.Last * 1e6 >= Near * limit && at.Memory.LargestHeapBytes >= MostSurvives * limit;
        if (isNear || failed.Count > 0) yield return Suspect(at, variable, limit, committed, failed);
    }

    static Suspicion Suspect(Investigation at, string variable, double limit, Series committed, List<ExceptionGroup> failed)
    {
        var count = failed.Sum(g => g.Count);
        var share = Math.Min(1, Math.Max(committed.Last * 1e6, at.Memory.LargestHeapBytes) / limit);
        return new()
        {
            Finding = new()
            {
                Cause = "memory-limit-near",
                Culprit = $"memory limit of {Wording.Bytes(limit)} ({variable})",
                Also = at.Memory.BytesByType.Count > 0 ? [at.Catalog.Names[at.Memory.BytesByType.Top]] : [],
                Severity = count > 0 ? Severity.Critical : Severity.Warning,
                Confidence = count > 0 ? 0.95 : Severities.Confidence(committed.Count, FewestSamples),
                Impact = share,
                Summary = $"The heap may have {Wording.Bytes(limit)} ({variable}), and {Wording.Percent(share)} of that is taken; {Wording.Bytes(at.Memory.LargestHeapBytes)} was left after a collection. {Wording.Number(at.Memory.Collections[2])} full collections looked for room"
                    + (count > 0 ? $", and {Wording.Number(count)} times an allocation failed with {NoRoom}." : "."),
                Advice = $"Raise {variable} (its number is hexadecimal) or take it away, or find what holds the memory: a snapshot names it.",
                Reasoning = "The limit is in the environment that the process was started with. Refuted when a full collection brings the heap well below it.",
                Evidence = [.. failed.SelectMany(g => g.Evidence.Ids).Take(6), .. at.Memory.Pauses.Ids.Take(4), .. committed.Peaks()],
            },
        };
    }
}
