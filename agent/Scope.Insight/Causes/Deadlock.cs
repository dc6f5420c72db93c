// deadlock: threads wait for each other in a circle; none of them will ever go on.
// Looks for: circles of threads and locks in a snapshot's wait-for graph.
// In: snapshots; contention that began and did not end.
// Scores: always critical; surer when the same circle is in two snapshots.
// Culprit: the application's method of the thread in the circle whose lock most others wait for.
// Refuted by: a later snapshot without the circle (then somebody gave up by a timeout).
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds threads that wait for each other.</summary>
internal sealed class Deadlock : ICause
{
    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (at.LastSnapshot() is not { } seen) yield break;
        foreach (var cycle in seen.State.Waits.Cycles)
            if (cycle.Nodes.All(place => seen.State.Waits.Nodes[place].Kind != WaitNodeKind.Chain) && Suspect(at, seen, cycle) is { } suspicion)
                yield return suspicion;
    }

    static Suspicion? Suspect(Investigation at, SeenSnapshot seen, WaitCycle cycle)
    {
        var state = seen.State;
        var nodes = cycle.Nodes.Select(place => state.Waits.Nodes[place]).ToList();
        var locks = nodes.Where(n => n.Kind == WaitNodeKind.Lock).Select(n => state.Locks[n.Index]).ToList();
        var threads = nodes.Where(n => n.Kind == WaitNodeKind.Thread).Select(n => n.Index).ToList();
        if (threads.Count == 0) return null;
        // Who holds the lock that most others wait for stands in the way of most.
        var inOrder = threads.OrderByDescending(thread => state.Locks.Where(l => l.Owner == thread).Sum(l => l.Waiters.Count)).ThenBy(thread => thread).ToList();
        var methods = inOrder.Select(thread => at.AppMethodOf(seen, state.Threads[thread])).Where(m => !m.IsNone).Distinct().ToList();
        var stuck = state.Locks.Where(l => threads.Contains(l.Owner)).SelectMany(l => l.Waiters).Distinct().Count();
        var culprit = methods.FirstOrDefault();
        return new()
        {
            Method = culprit,
            BlockedIn = Wait.Lock,
            Finding = new()
            {
                Cause = "deadlock",
                Culprit = culprit.IsNone ? string.Join(" and ", locks.Select(NameOf)) : at.NameOf(culprit),
                Also = [.. methods.Skip(1).Select(at.NameOf).Concat(locks.Select(NameOf)).Distinct().Take(6)],
                Severity = Severity.Critical,
                Confidence = 0.99,
                Impact = 1,
                Summary = $"{threads.Count} threads wait for each other and none can go on: {string.Join("; ", inOrder.Select(thread => Step(at, seen, thread)))}. {stuck} threads are stuck on these locks by now.",
                Advice = "Take the locks in the same order everywhere, or hold only one at a time: copy what is needed under the first, let go, then take the second. Monitor.TryEnter with a timeout turns a hang into an error. Only a restart frees the threads that are stuck now.",
                Reasoning = $"A circle in the wait-for graph of the snapshot: {locks.Count} locks with their owners and waiters. Refuted by a later snapshot without it.",
                Evidence = [.. seen.Evidence(), .. at.Contentions.StillWaiting.Take(4)],
            },
        };
    }

    static string Step(Investigation at, SeenSnapshot seen, int index)
    {
        var state = seen.State;
        var thread = state.Threads[index];
        var method = at.AppMethodOf(seen, thread);
        var holds = state.Locks.Where(l => l.Owner == index).Select(NameOf).Distinct().Take(3);
        var wants = thread.Wait is { Lock: >= 0 } wait ? NameOf(state.Locks[wait.Lock]) : "another's end";
        return $"{(method.IsNone ? "code of no application frame" : at.Place(method))} on thread {thread.OsId}{(thread.Name.Length > 0 ? $" ({thread.Name})" : "")} holds {string.Join(", ", holds)} and wants {wants}";
    }

    static string NameOf(SnapshotLock held) => held.Field.Length > 0 ? held.Field : $"a lock on {States.TypeText(held.Type)}";
}
