// spin-wait: threads take processors to wait: they ask again and again whether they may go on.
// Looks for: running time inside of SpinWait, SpinLock, Thread.Yield and Thread.SpinWait under the application's methods.
// In: CPU samples.
// Scores: by the processors that it takes.
// Culprit: the application's method that spins.
// Refuted by: waits of microseconds (those do not gather so much time).
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds busy waiting.</summary>
internal sealed class SpinWaiting : ICause
{
    const double ShareOfCpu = 0.2; // The runtime's own spinning in a busy service stays below a tenth.
    const double FewestCores = 0.15;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (HotCalls.Of(at, Callee.Spinning, ShareOfCpu, FewestCores) is not { } hot) yield break;
        yield return new()
        {
            Method = hot.Method,
            Finding = new()
            {
                Cause = "spin-wait",
                Culprit = at.NameOf(hot.Method),
                Also = hot.Others,
                Severity = hot.Severity,
                Confidence = Severities.Confidence(hot.Samples, 20),
                Impact = hot.ImpactOf(at),
                Summary = $"Threads wait by spinning in {at.Place(hot.Method)}: that takes {Wording.Cores(hot.Cores)}, {Wording.Percent(hot.Share)} of the target's CPU, and nothing is done meanwhile.",
                Advice = "Wait for a signal instead (SemaphoreSlim, ManualResetEventSlim, a TaskCompletionSource, a Channel); spin only where the wait is known to be shorter than a microsecond or two.",
                Reasoning = "Culprit: the application's deepest frame below SpinWait, SpinLock or Thread.Yield. Refuted if each wait takes microseconds.",
                Evidence = hot.Evidence,
            },
        };
    }
}
