// finalizer-blocked: the thread that runs all finalizers stands still in one of them, so dead objects pile up.
// Looks for: a finalizer thread inside of one of the application's finalizers that waits, or in the same place in two snapshots,
//            with others queued.
// In: snapshots.
// Scores: by the queue.
// Culprit: the finalizer; the application's deepest method on its stack.
// Refuted by: a queue that shrinks in the next snapshot.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds a finalizer that holds up all others.</summary>
internal sealed class FinalizerBlocked : ICause
{
    const int ManyQueued = 10_000; // With the memory behind them, megabytes that no collection can take.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (at.LastSnapshot() is not { State.Finalizer: { IsBusy: true, Thread: >= 0 } finalizer } seen) yield break;
        var thread = seen.State.Threads[finalizer.Thread];
        var stack = seen.Code.StackOf(thread.Stack);
        var method = at.Stacks.AppMethodOf(stack);
        // A finalizer of the frameworks may wait for a moment, for a processor or for the collector.
        var stands = !method.IsNone && (thread.Wait is not null || at.Stacks.Of(stack).IsBlocked) || WasThereBefore(at, stack);
        if (!stands || finalizer.QueueLength == 0) yield break;
        var types = finalizer.Queue.Take(3).Select(t => $"{Wording.Number(t.Count)} {States.TypeText(t.Type)}").ToList();
        yield return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "finalizer-blocked",
                Culprit = method.IsNone ? "the finalizer thread" : at.NameOf(method),
                Also = [.. finalizer.Queue.Take(4).Select(t => States.TypeText(t.Type))],
                Severity = finalizer.QueueLength >= ManyQueued ? Severity.Critical : Severity.Warning,
                Confidence = method.IsNone ? 0.7 : 0.96,
                Impact = Math.Min(1, 0.3 + finalizer.QueueLength / (double)ManyQueued),
                Summary = $"The finalizer thread stands still in {(method.IsNone ? "code of no application frame" : at.Place(method))}{WaitText(at, stack)}. {Wording.Number(finalizer.QueueLength)} dead objects wait for their finalizer behind it ({string.Join(", ", types)}), and nothing that they hold can be freed.",
                Advice = "A finalizer must not wait: no locks, no I/O, no calls to services. Implement IDisposable, call Dispose where the object is used, and let a SafeHandle do what must happen in any case.",
                Reasoning = "The stack of the finalizer's thread in the snapshot, and the collector's queue behind it. Refuted when the next snapshot's queue is shorter.",
                Evidence = [.. seen.Evidence()],
            },
        };
    }

    static bool WasThereBefore(Investigation at, StackId stack) =>
        at.Snapshots.Count >= 2 && at.Snapshots[^2] is { State.Finalizer: { IsBusy: true, Thread: >= 0 } before } earlier
        && earlier.Code.StackOf(earlier.State.Threads[before.Thread].Stack) == stack;

    static string WaitText(Investigation at, StackId stack) => at.Stacks.Of(stack) is { IsBlocked: true } fact ? $", waiting for {fact.Wait.Text()}" : "";
}
