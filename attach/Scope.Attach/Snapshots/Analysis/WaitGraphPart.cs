// The wait-for graph: who waits for whom, through locks, tasks and synchronization contexts, and the circles in it.
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Builds the graph.</summary>
static class WaitGraphPart
{
    /// <summary>The graph of what threads, locks and chains wait for.</summary>
    /// <param name="threads">The threads, with what they wait for.</param>
    /// <param name="locks">The locks.</param>
    /// <param name="goesOnOn">Chains with the thread on which alone they can go on.</param>
    /// <param name="wants">Chains with the lock that they wait for.</param>
    public static WaitForGraph Build(IReadOnlyList<SnapshotThread> threads, IReadOnlyList<SnapshotLock> locks, IEnumerable<(int Chain, int Thread)> goesOnOn, IEnumerable<(int Chain, int Lock)> wants)
    {
        var nodes = new Dictionary<WaitNode, int>();
        var edges = new List<WaitEdge>();
        for (var i = 0; i < threads.Count; i++)
        {
            if (threads[i].Wait is { Lock: >= 0 and var wanted }) Add(new(WaitNodeKind.Thread, i), new(WaitNodeKind.Lock, wanted), "wants");
            if (threads[i].Wait is { Chain: >= 0 and var chain }) Add(new(WaitNodeKind.Thread, i), new(WaitNodeKind.Chain, chain), "blocks until the end of");
        }
        for (var i = 0; i < locks.Count; i++)
            if (locks[i].Owner >= 0 && (locks[i].Waiters.Count > 0 || locks[i].AsyncWaiters > 0)) Add(new(WaitNodeKind.Lock, i), new(WaitNodeKind.Thread, locks[i].Owner), "is held by");
        foreach (var (chain, thread) in goesOnOn) Add(new(WaitNodeKind.Chain, chain), new(WaitNodeKind.Thread, thread), "goes on only on");
        foreach (var (chain, wanted) in wants) Add(new(WaitNodeKind.Chain, chain), new(WaitNodeKind.Lock, wanted), "wants");
        return new() { Nodes = [.. nodes.Keys], Edges = edges, Cycles = Cycles(nodes.Count, edges) };

        void Add(WaitNode from, WaitNode to, string text) => edges.Add(new(PlaceOf(from), PlaceOf(to), text));

        int PlaceOf(WaitNode node)
        {
            if (!nodes.TryGetValue(node, out var place)) nodes[node] = place = nodes.Count;
            return place;
        }
    }

    // Almost every node has one edge out, so following edges until a node comes again finds each circle.
    internal static List<WaitCycle> Cycles(int nodeCount, List<WaitEdge> edges)
    {
        var next = edges.ToLookup(e => e.From, e => e.To);
        var cycles = new List<WaitCycle>();
        var done = new bool[nodeCount];
        var path = new List<int>();
        for (var start = 0; start < nodeCount; start++) Follow(start);
        return cycles;

        void Follow(int node)
        {
            // Deep recursion cannot be: a way is as long as there are threads in a row that wait, and a stack holds thousands.
            if (path.IndexOf(node) is >= 0 and var at)
            {
                cycles.Add(new([.. path.Skip(at)]));
                return;
            }
            if (done[node]) return;
            path.Add(node);
            foreach (var to in next[node]) Follow(to);
            path.RemoveAt(path.Count - 1);
            done[node] = true;
        }
    }
}
