// gc-pressure: the target stands still for the garbage collector for a good part of its time.
// Looks for: pauses that add up to a tenth of the window, or a twentieth when one method makes most of the garbage.
// In: GC pauses, collections, heap sizes, allocation samples with stacks.
// Scores: by the share of time paused.
// Culprit: the application's method that allocates most; the type when stacks show no method, or none that allocates a tenth.
// Refuted by: few bytes allocated (then the heap is large or pinned, not the rate high).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds pressure on the garbage collector.</summary>
internal sealed class GcPressure : ICause
{
    const double PausedShare = 0.1; // Healthy services pause for 1 to 3 % of the time; a tenth is felt in every percentile.
    const double PausedShareWithCulprit = 0.05; // Half of that, when it is plain who does it.
    const double MostOfTheBytes = 0.5;
    const int FewestCollections = 5;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var memory = at.Memory;
        var top = memory.BytesByMethod.Heaviest.Select(sum => sum.Key).FirstOrDefault(method => !method.IsNone);
        var share = top.IsNone ? 0 : memory.BytesByMethod.Share(top);
        if (share < Severities.Hurts) (top, share) = (default, 0); // To mend it would change nothing.
        if (memory.CollectionCount < FewestCollections || memory.PausedShare < (share >= MostOfTheBytes ? PausedShareWithCulprit : PausedShare)) yield break;
        yield return Suspect(at, memory, top, share);
    }

    static Suspicion Suspect(Investigation at, Memory memory, MethodId top, double share)
    {
        var type = Allocations.TypeOf(at, top);
        return new()
        {
            Method = top,
            Finding = new()
            {
                Cause = "gc-pressure",
                Culprit = top.IsNone ? type : at.NameOf(top),
                Also = Allocations.Others(at, top),
                // Three times what hurts: every third second is lost, and each pause stops everything.
                Severity = memory.PausedShare >= 0.3 ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(memory.CollectionCount, FewestCollections, 0.6 + 0.37 * share),
                // While it stands still nothing else runs, so pauses cost at least their share of all work.
                Impact = memory.PausedShare,
                Summary = $"The target stood still for the garbage collector {Wording.Percent(memory.PausedShare)} of the time, up to {Wording.Time(memory.LongestPauseNanos)} at once, in {memory.CollectionCount} collections ({memory.Collections[2]} of generation 2, {Wording.Number(memory.CollectionCount / at.Seconds)} a second). "
                    + $"It allocates {Wording.Bytes(memory.BytesPerSecond)} a second"
                    + (top.IsNone ? $", mostly {type}." : $", {Wording.Percent(share)} of it in {at.Place(top)}, mostly {type}."),
                Advice = Allocations.Advice(at, memory, type),
                Reasoning = (top.IsNone ? "No method of the application is on a tenth of the sampled bytes, so the type is named." : $"Culprit: the application's deepest frame on {Wording.Percent(share)} of the sampled bytes.")
                    + " Refuted if few bytes are allocated: then look at the heap's size and at pinned objects.",
                Evidence = [.. memory.Pauses.Ids.Take(8).Concat(memory.AllocationsOf(top)).Take(Limits.Evidence)],
            },
        };
    }
}

/// <summary>What the two causes about allocations have in common.</summary>
internal static class Allocations
{
    /// <summary>The type that a method allocates most, by bytes.</summary>
    public static string TypeOf(Investigation at, MethodId method)
    {
        foreach (var (key, _) in at.Memory.BytesByBoth.Heaviest)
            if (key.Method == method || method.IsNone)
                return at.Catalog.Names[key.Type];
        return "objects of unknown type";
    }

    /// <summary>Other methods that allocate much, then types.</summary>
    public static IReadOnlyList<string> Others(Investigation at, MethodId but) =>
        [.. at.Memory.BytesByMethod.Heaviest.Where(sum => !sum.Key.IsNone && sum.Key != but && at.Memory.BytesByMethod.Share(sum.Key) >= Severities.Hurts).Select(sum => at.NameOf(sum.Key)).Take(3)];

    /// <summary>What to do, by what is allocated.</summary>
    public static string Advice(Investigation at, Memory memory, string type)
    {
        var large = at.Catalog.Names.Find("large object allocation");
        if (memory.Reasons.Share(large) >= 0.3) return "Large arrays cause the collections: rent them (ArrayPool), stream instead of buffering, or keep pieces below 85,000 bytes.";
        return type switch
        {
            "System.String" => "Build text with StringBuilder, string.Create or spans instead of joining strings again and again; write to the response or file directly.",
            "System.Byte[]" or "System.Char[]" => "Rent buffers (ArrayPool, MemoryPool) or write to a stream instead of copying into new arrays.",
            _ => "Reuse objects or make them structs where they live shortly; look for LINQ, boxing and closures in the method.",
        };
    }
}
