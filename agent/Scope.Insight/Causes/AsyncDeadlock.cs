// async-deadlock: async work waits for something that only the one who waits for it could bring.
// Looks for: circles in the wait-for graph that go through async methods; threads that block on async methods which could go on
//            but do not although the pool is idle, so only in a context that this thread serves; waiters of a semaphore that nobody
//            else could release.
// In: snapshots; samples of the thread that blocks.
// Scores: always critical; surest for a circle.
// Culprit: the application's method that blocks, or the one that waits for the semaphore.
// Refuted by: a later snapshot in which these have gone on.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds async methods that wait for themselves.</summary>
internal sealed class AsyncDeadlock : ICause
{
    const int FewestSamples = 20; // A fifth of a second at the sampler's hundred a second: no hand-over takes that long.
    const double StandsStill = 0.95;
    const double QuietSeconds = 5; // Time enough for requests to tell of themselves.
    const double QuietCores = 0.2; // So little runs that a pause hurts nobody.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (at.LastSnapshot() is not { } seen)
        {
            if (IsQuiet(at)) at.SnapshotWanted = "little runs: a snapshot tells whether something waits that began before we came";
            yield break;
        }
        foreach (var cycle in seen.State.Waits.Cycles)
            if (InCircle(at, seen, cycle) is { } suspicion)
                yield return suspicion;
        if (seen.State.Waits.Cycles.Count == 0)
            foreach (var chain in seen.State.AsyncChains.Where(c => c is { Root: AsyncRootKind.Ready, End: AsyncEndKind.BlockedThread }))
                if (InOwnContext(at, seen, chain) is { } suspicion)
                    yield return suspicion;
        foreach (var chains in seen.State.AsyncChains.Where(c => c.Root == AsyncRootKind.Semaphore && c.RootObject != 0).GroupBy(c => c.RootObject))
            if (OnSemaphore(at, seen, [.. chains]) is { } suspicion)
                yield return suspicion;
    }

    /// <summary>Whether the target hardly runs: idle, or hung since before we came, which no event tells.</summary>
    static bool IsQuiet(Investigation at) => at.Seconds >= QuietSeconds && at.Samples is { ToldNanos: > 0, Cores: < QuietCores };

    static Suspicion? InCircle(Investigation at, SeenSnapshot seen, WaitCycle cycle)
    {
        var nodes = cycle.Nodes.Select(place => seen.State.Waits.Nodes[place]).ToList();
        var chains = nodes.Where(n => n.Kind == WaitNodeKind.Chain).Select(n => seen.State.AsyncChains[n.Index]).ToList();
        if (chains.Count == 0) return null;
        var threads = nodes.Where(n => n.Kind == WaitNodeKind.Thread).Select(n => seen.State.Threads[n.Index]).ToList();
        var blocking = threads.Select(t => at.AppMethodOf(seen, t)).Where(m => !m.IsNone).Distinct().ToList();
        var waiting = chains.Select(c => at.AppMethodOf(seen, c)).Where(m => !m.IsNone).Distinct().ToList();
        if (blocking.Count + waiting.Count == 0) return null;
        var context = chains.Select(c => c.GoesOnIn).FirstOrDefault(c => c.Length > 0) ?? "";
        var culprit = blocking.Concat(waiting).First();
        return Suspect(at, seen, culprit, blocking.Concat(waiting), 0.97,
            $"{at.Place(culprit)} waits for an async method that can only go on when {(context.Length > 0 ? $"its {States.TypeText(context)} is free, which the waiting thread occupies" : "this one does")}: {Names(at, waiting)}.",
            "A circle in the snapshot's wait-for graph that goes through async methods.");
    }

    /// <summary>
    /// What it awaited is done, a thread of its own blocks until it goes on, and no pool thread takes it although some are idle: its
    /// continuation waits in a context, and the one who would run it is the thread that blocks.
    /// </summary>
    static Suspicion? InOwnContext(Investigation at, SeenSnapshot seen, AsyncChain chain)
    {
        var pool = seen.State.Pool;
        var isPoolFree = pool is null || pool.QueueLength == 0 && pool.BusyWorkers < pool.Workers;
        var blocked = chain.BlockedThreads.Select(place => seen.State.Threads[place]).FirstOrDefault(t => !t.IsPoolWorker && StandsStillIn(at, seen, t));
        if (!isPoolFree || blocked is null) return null;
        var (blocking, waiting) = (at.AppMethodOf(seen, blocked), at.AppMethodOf(seen, chain));
        if (blocking.IsNone && waiting.IsNone) return null;
        return Suspect(at, seen, blocking.IsNone ? waiting : blocking, new[] { blocking, waiting }.Where(m => !m.IsNone), 0.88,
            $"{at.Place(blocking)} blocks thread {blocked.OsId}{(blocked.Name.Length > 0 ? $" ({blocked.Name})" : "")} until {at.Place(waiting)} is done. What that awaited is done already, and pool threads are idle, yet it does not go on: it was handed to a context that only the blocked thread serves.",
            "A snapshot in which the async method could go on and does not, and samples in which the thread never moves.");
    }

    static bool StandsStillIn(Investigation at, SeenSnapshot seen, SnapshotThread thread)
    {
        var method = at.AppMethodOf(seen, thread);
        int samples = 0, same = 0;
        at.History.Visit(new() { From = at.From, To = at.To, Thread = seen.Code.ThreadOf(thread), Kinds = KindSet.Of(EventKind.CpuSample) }, (EventId _, in ScopeEvent e) =>
        {
            samples++;
            if (at.Stacks.AppMethodOf(e.Stack) == method) same++;
            return true;
        });
        return samples >= FewestSamples && same >= samples * StandsStill;
    }

    /// <summary>
    /// A semaphore that is used up, and all that is under way in the types that use it waits for it: whoever took it last is
    /// itself among the waiters, or has left without a release.
    /// </summary>
    static Suspicion? OnSemaphore(Investigation at, SeenSnapshot seen, IReadOnlyList<AsyncChain> waiters)
    {
        var methods = waiters.Select(c => at.AppMethodOf(seen, c)).Where(m => !m.IsNone).Distinct().ToList();
        if (methods.Count == 0) return null;
        var types = methods.Select(TypeOf).ToHashSet();
        var address = waiters[0].RootObject;
        var others = seen.State.AsyncChains.Where(c => c.RootObject != address).SelectMany(c => at.AppMethodsOf(seen, c))
            .Concat(seen.State.Threads.SelectMany(t => at.Stacks.AppMethods(seen.Code.StackOf(t.Stack))));
        if (others.Any(m => types.Contains(TypeOf(m)))) return null;
        var count = waiters.Sum(c => c.Count);
        var culprit = methods[0];
        return Suspect(at, seen, culprit, methods, 0.8,
            $"{count} async calls wait in {at.Place(culprit)} for a SemaphoreSlim that is used up, and nothing else is under way in {string.Join(" and ", types)} that could release it: it was entered twice by the same work, or never released.",
            "Every async method and thread of the snapshot that is in the types which use the semaphore waits for it.");

        string TypeOf(MethodId method) => at.Code.Of(method).Name.Type;
    }

    static Suspicion Suspect(Investigation at, SeenSnapshot seen, MethodId culprit, IEnumerable<MethodId> all, double confidence, string summary, string how) => new()
    {
        Method = culprit,
        BlockedIn = Wait.Task,
        Finding = new()
        {
            Cause = "async-deadlock",
            Culprit = at.NameOf(culprit),
            Also = [.. all.Where(m => m != culprit).Select(at.NameOf).Distinct().Take(5)],
            Severity = Severity.Critical,
            Confidence = confidence,
            Impact = 1,
            Summary = summary,
            Advice = "Await all the way up instead of .Result, .Wait() or GetAwaiter().GetResult(); use ConfigureAwait(false) in libraries; release a semaphore in finally, and never wait for it again while holding it (it is not re-entrant).",
            Reasoning = how + " Refuted by a later snapshot in which they have gone on.",
            Evidence = [.. seen.Evidence()],
        },
    };

    static string Names(Investigation at, IEnumerable<MethodId> methods) => string.Join(", ", methods.Select(at.Place).Take(3));
}
