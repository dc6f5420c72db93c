// spin-wait: threads take processors to wait: they ask again and again whether they may go on.
// Looks for: running time inside of SpinWait, SpinLock, Thread.Yield and Thread.SpinWait under the application's methods, or
//            in methods of its own whose IL does nothing else in a loop: the runtime makes instructions of most such calls.
// In: CPU samples; the IL of hot methods.
// Scores: by the processors that it takes.
// Culprit: the application's method that spins; by its IL where it was inlined.
// Refuted by: waits of microseconds (those do not gather so much time).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds busy waiting.</summary>
internal sealed class SpinWaiting : ICause
{
    const double ShareOfCpu = 0.2; // The runtime's own spinning in a busy service stays below a tenth.
    const double FewestCores = 0.15;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if ((ByIl(at) ?? HotCalls.Of(at, Callee.Spinning, "SpinWait, SpinLock or Thread.Yield", ShareOfCpu, FewestCores)) is not { } hot) yield break;
        yield return hot.Suspect(at, "spin-wait",
            $"Threads wait by spinning in {at.Place(hot.Method)}: that takes {Wording.Cores(hot.Cores)}, {Wording.Percent(hot.Share)} of the target's CPU, and nothing is done meanwhile.",
            "Wait for a signal instead (SemaphoreSlim, ManualResetEventSlim, a TaskCompletionSource, a Channel); spin only where the wait is known to be shorter than a microsecond or two.",
            "Refuted if each wait takes microseconds.");
    }

    /// <summary>A method that runs hot by itself, and of which the IL says that it spins; null when the hottest does not.</summary>
    static HotCalls? ByIl(Investigation at)
    {
        if (at.Samples.RunningNanos == 0) return null;
        var own = new Tally<MethodId>();
        foreach (var ((stack, _), group) in at.Samples.Groups)
            if (group.RunningNanos > 0 && IsOwnTime(at, stack)) own.Add(at.Stacks.AppMethodOf(stack), group.RunningNanos);
        var share = Math.Min(1, own.Count == 0 ? 0 : own[own.Top] / at.Samples.RunningNanos);
        var cores = at.Samples.Cores * share;
        if (share < ShareOfCpu || cores < FewestCores || SpinLoops.In(at, own.Top) is not { Method.IsNone: false } spin) return null;
        var evidence = new TopEvidence();
        foreach (var ((stack, _), group) in at.Samples.Groups)
            if (group.RunningNanos > 0 && IsOwnTime(at, stack) && at.Stacks.AppMethodOf(stack) == own.Top) evidence.Offer(group.Example, group.RunningNanos);
        return new(spin.Method, spin.Method == own.Top ? [] : [at.NameOf(own.Top)], share, cores, at.Samples.Count * share, [.. evidence.Ids.Take(Limits.Evidence)], $"Culprit: {spin.How}.", own.Top);
    }

    static bool IsOwnTime(Investigation at, StackId stack) => at.Stacks.Of(stack) is { App.IsNone: false } fact && (fact.App == stack || fact.Callee == Callee.Spinning || at.Stacks.MethodOf(stack).IsNone);
}
