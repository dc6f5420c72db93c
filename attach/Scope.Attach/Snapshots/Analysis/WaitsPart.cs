// Puts threads, locks and async chains together: which chain a thread blocks on, which thread a chain needs, which lock it
// waits for, and whether anybody is left who could complete what it waits for.
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>The threads, locks, chains and the graph of their waits.</summary>
sealed class WaitsPart
{
    readonly ObjectFields _fields;
    readonly AliveHeap? _alive;

    /// <summary>Puts them together.</summary>
    public WaitsPart(List<ThreadDraft> drafts, LocksPart locks, AsyncPart async, ObjectFields fields, IReadOnlyList<ulong> threadObjects, AliveHeap? alive)
    {
        (_fields, _alive) = (fields, alive);
        var chains = async.Chains;
        var placeOf = chains.Select((c, i) => (c, i)).ToDictionary(c => c.c, c => c.i);
        for (var i = 0; i < drafts.Count; i++)
        {
            var wait = locks.Waits[i];
            if (wait is { Kind: ThreadWaitKind.Task, Object: not 0 } && async.Of(wait.Object) is { } chain && placeOf.TryGetValue(chain, out var place)) wait = wait with { Chain = place };
            Threads.Add(drafts[i].Told with { Wait = wait });
        }
        Locks = locks.Locks;
        var contexts = ContextThreads(drafts, threadObjects);
        var goesOnOn = new List<(int, int)>();
        var wants = new List<(int, int)>();
        for (var i = 0; i < chains.Count; i++)
        {
            var blocked = Enumerable.Range(0, Threads.Count).Where(t => Threads[t].Wait?.Chain == i).ToList();
            Chains.Add(chains[i].Told with { BlockedThreads = blocked, End = blocked.Count > 0 ? AsyncEndKind.BlockedThread : chains[i].Told.End, RootHeld = Held(chains[i]) });
            if (chains[i].Context != 0 && contexts.TryGetValue(chains[i].Context, out var thread)) goesOnOn.Add((i, thread));
            if (chains[i].Told.Root != AsyncRootKind.Semaphore || LockOf(chains[i], locks) is not (>= 0 and var wanted)) continue;
            wants.Add((i, wanted));
            Chains[i] = Chains[i] with { RootObject = Locks[wanted].Object, RootType = Locks[wanted].Type };
        }
        Graph = WaitGraphPart.Build(Threads, Locks, goesOnOn, wants);
    }

    /// <summary>The threads.</summary>
    public List<SnapshotThread> Threads { get; } = [];

    /// <summary>The locks.</summary>
    public List<SnapshotLock> Locks { get; }

    /// <summary>The chains.</summary>
    public List<AsyncChain> Chains { get; } = [];

    /// <summary>Who waits for whom.</summary>
    public WaitForGraph Graph { get; }

    // The context that is current on a thread stands in its Thread object.
    Dictionary<ulong, int> ContextThreads(List<ThreadDraft> drafts, IReadOnlyList<ulong> threadObjects)
    {
        var byId = drafts.Select((d, i) => (d.Told.ManagedId, i)).ToDictionary(d => d.ManagedId, d => d.i);
        var contexts = new Dictionary<ulong, int>();
        foreach (var thread in threadObjects)
            if (_fields.Reference(thread, "_synchronizationContext") is not 0 and var context && byId.TryGetValue(_fields.Value<int>(thread, "_managedThreadId"), out var place)) contexts[context] = place;
        return contexts;
    }

    int LockOf(ChainDraft chain, LocksPart locks)
    {
        // A waiter stands in the semaphore's list, which only the semaphore itself knows.
        for (var i = 0; i < locks.Locks.Count; i++)
            for (var node = locks.Locks[i].Kind == LockKind.Semaphore ? _fields.Reference(locks.Locks[i].Object, "m_asyncHead") : 0; node != 0; node = _fields.Reference(node, "Next"))
                if (chain.Roots.Contains(node)) return i;
        return -1;
    }

    // Somebody could complete it when anything but the chain's own methods still leads to the task, or to the source of it.
    int Held(ChainDraft chain)
    {
        if (_alive is null || chain.Told.Root != AsyncRootKind.CompletionSource) return -1;
        var held = 0;
        for (var i = 0; i < chain.Roots.Count; i++)
        {
            var own = chain.Boxes[i];
            if (Others(chain.Roots[i], own).Any(other => !IsSource(other) || Others(other, own).Any())) held++;
        }
        return held;
    }

    IEnumerable<ulong> Others(ulong of, ulong[] own) => (_alive!.Tree.Referrers.GetValueOrDefault(of) ?? []).Where(r => r.From == 0 || !own.Contains(r.From)).Select(r => r.From);

    bool IsSource(ulong address) => address != 0 && TypeNames.Plain(_fields.NameOf(address)).StartsWith("System.Threading.Tasks.TaskCompletionSource", StringComparison.Ordinal);
}
