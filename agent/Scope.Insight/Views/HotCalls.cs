// CPU that the target spends inside of one sort of library, and which of its methods asks for it most.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The running time inside of a sort of library.</summary>
/// <param name="Method">The application's method that asks for most of it.</param>
/// <param name="Others">Others that do, by name.</param>
/// <param name="Share">Of the target's CPU, 0 to 1.</param>
/// <param name="Cores">Processors that it takes.</param>
/// <param name="Samples">About how many samples show it.</param>
/// <param name="Evidence">The heaviest of them.</param>
/// <param name="How">How the method was found, as whole sentences.</param>
/// <param name="SeenIn">The method whose frames show it.</param>
internal sealed record HotCalls(MethodId Method, IReadOnlyList<string> Others, double Share, double Cores, double Samples, IReadOnlyList<EventId> Evidence, string How, MethodId SeenIn)
{
    const double ManySamples = 20; // A fifth of a second of one thread at the sampler's rate: half sure.

    /// <summary>How bad it is for the whole machine.</summary>
    public Severity Severity => Cores >= 1 ? Severity.Critical : Severity.Warning;

    /// <summary>What it costs the service: its share of the CPU counts half as long as processors are free.</summary>
    public double ImpactOf(Investigation at) => Math.Min(1, Math.Max(Share / 2, at.Samples.Utilisation * Share));

    /// <summary>The suspicion of a cause that is such running time.</summary>
    /// <param name="at">The investigation.</param>
    /// <param name="cause">Its word.</param>
    /// <param name="summary">What happened.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="refuted">What would refute it.</param>
    public Suspicion Suspect(Investigation at, string cause, string summary, string advice, string refuted) => new()
    {
        Method = Method,
        SeenIn = SeenIn,
        Finding = new()
        {
            Cause = cause,
            Culprit = at.NameOf(Method),
            Also = Others,
            Severity = Severity,
            Confidence = Severities.Confidence(Samples, ManySamples),
            Impact = ImpactOf(at),
            Summary = summary,
            Advice = advice,
            Reasoning = $"{How} {refuted}",
            Evidence = Evidence,
        },
    };

    /// <summary>What is spent in a sort of library, where it is this share of the target's CPU and so many processors at the least; else null.</summary>
    /// <param name="at">The investigation.</param>
    /// <param name="callee">The sort.</param>
    /// <param name="library">The sort, for a sentence.</param>
    /// <param name="leastShare">Of the target's CPU, 0 to 1.</param>
    /// <param name="leastCores">Processors.</param>
    public static HotCalls? Of(Investigation at, Callee callee, string library, double leastShare, double leastCores)
    {
        var callers = at.Samples.RunningIn(callee);
        if (callers.Count == 0 || at.Samples.RunningNanos == 0) return null;
        var share = Math.Min(1, callers.Total / at.Samples.RunningNanos);
        var cores = at.Samples.Cores * share;
        if (share < leastShare || cores < leastCores) return null;
        var evidence = new TopEvidence();
        foreach (var ((stack, _), group) in at.Samples.Groups)
            if (group.RunningNanos > 0 && at.Stacks.Of(stack).Callee == callee && at.Stacks.AppMethodOf(stack) == callers.Top) evidence.Offer(group.Example, group.RunningNanos);
        var hidden = HiddenCallers.Of(at, callers.Top, callee);
        return new(hidden.IsNone ? callers.Top : hidden, [.. callers.Heaviest.Skip(hidden.IsNone ? 1 : 0).Select(c => at.NameOf(c.Key)).Take(3)], share, cores, at.Samples.Count * share, [.. evidence.Ids.Take(Limits.Evidence)],
            $"Culprit: the application's deepest frame below those of {library}." + (hidden.IsNone ? "" : $" That frame is of {at.NameOf(callers.Top)}; {HiddenCallers.How}."), callers.Top);
    }
}
