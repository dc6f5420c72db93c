// allocation-storm: one method allocates most of a great deal, though the collector still keeps up.
// Looks for: a high rate for the processors in use, most of it from one method.
// In: allocation samples with stacks, CPU samples for the processors in use.
// Scores: by the method's share. When the pauses hurt already, gc-pressure says it with the same culprit.
// Culprit: the application's method that allocates most.
// Refuted by: a method whose purpose is to produce those bytes (an export, an upload).
using Scope.Events;

namespace Scope.Insight.Causes;

/// <summary>Finds storms of allocations.</summary>
internal sealed class AllocationStorm : ICause
{
    // A processor fills memory with some 5 to 10 GB/s. Above a tenth of that for each one in use, making garbage is what they do;
    // web services that serve small requests at full load measured 30 to 60 MB a second and processor.
    const double BytesPerCoreSecond = 600e6;
    const double MostOfTheBytes = 0.5;
    const double FewestCollectionsPerSecond = 1;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var memory = at.Memory;
        var top = memory.BytesByMethod.Top;
        var share = memory.BytesByMethod.Share(top);
        var perCore = memory.BytesPerSecond / Math.Max(1, at.Samples.Cores);
        if (top.IsNone || share < MostOfTheBytes || perCore < BytesPerCoreSecond || memory.CollectionCount / at.Seconds < FewestCollectionsPerSecond) yield break;
        var type = Allocations.TypeOf(at, top);
        yield return new()
        {
            Method = top,
            Finding = new()
            {
                Cause = "allocation-storm",
                Culprit = at.NameOf(top),
                Also = Allocations.Others(at, top),
                Severity = Severity.Warning,
                Confidence = Severities.Confidence(memory.AllocationsOf(top).Count, 3, 0.5 + 0.4 * share),
                Impact = Math.Max(memory.PausedShare, Severities.Hurts),
                Summary = $"{at.Place(top)} allocates {Wording.Bytes(memory.BytesPerSecond * share)} a second, {Wording.Percent(share)} of all, mostly {type}; {Wording.Number(memory.CollectionCount / at.Seconds)} collections a second follow.",
                Advice = Allocations.Advice(at, memory, type),
                Reasoning = $"Culprit: the application's deepest frame on {Wording.Percent(share)} of the sampled bytes. Refuted if producing these bytes is the method's purpose.",
                Evidence = [.. memory.AllocationsOf(top).Take(Limits.Evidence)],
            },
        };
    }
}
