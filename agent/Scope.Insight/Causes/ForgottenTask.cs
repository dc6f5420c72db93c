// forgotten-task: async methods wait for a TaskCompletionSource that nobody can complete any more.
// Looks for: chains that wait for a completion source to which nothing leads but the waiting itself.
// In: snapshots with the heap.
// Scores: by how many wait.
// Culprit: the application's deepest method of the chain.
// Refuted by: native code that holds it out of our sight.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds work that waits for ever.</summary>
internal sealed class ForgottenTask : ICause
{
    const int Many = 100; // So many requests that never end are felt as an outage by somebody.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (at.LastHeap() is not { } seen) yield break;
        var forgotten = seen.State.AsyncChains.Where(c => c is { Root: AsyncRootKind.CompletionSource, RootHeld: >= 0 } && c.RootHeld < c.Count)
            .Select(c => (Chain: c, Method: at.AppMethodOf(seen, c))).Where(c => !c.Method.IsNone);
        foreach (var group in forgotten.GroupBy(c => c.Method))
            yield return Suspect(at, seen, group.Key, [.. group.Select(c => c.Chain)]);
    }

    static Suspicion Suspect(Investigation at, SeenSnapshot seen, MethodId method, IReadOnlyList<AsyncChain> chains)
    {
        var count = chains.Sum(c => c.Count - c.RootHeld);
        var above = chains.SelectMany(c => at.AppMethodsOf(seen, c)).Where(m => m != method).Distinct().Select(at.NameOf);
        return new()
        {
            Method = method,
            BlockedIn = Wait.Task,
            Finding = new()
            {
                Cause = "forgotten-task",
                Culprit = at.NameOf(method),
                Also = [.. above.Take(4)],
                Severity = count >= Many ? Severity.Critical : Severity.Warning,
                Confidence = Severities.Confidence(count, 1, 0.95),
                Impact = Math.Min(1, count / (double)Many),
                Summary = $"{count} async calls wait in {at.Place(method)} for a task that nobody can complete: nothing in the process leads to its {States.TypeText(chains[0].RootType)} any more, but the waiting itself.",
                Advice = "Complete the TaskCompletionSource on every path (result, exception, cancellation, disposal), keep it where the answer will look for it, and give the wait a timeout (Task.WaitAsync).",
                Reasoning = "The snapshot's heap was searched for ways to what they wait for. Refuted if native code holds it.",
                Evidence = [.. seen.Evidence()],
            },
        };
    }
}
