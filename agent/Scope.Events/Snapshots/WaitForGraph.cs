// Who waits for whom: threads, locks and async chains as nodes, "waits for" as edges. A cycle is a deadlock: nobody in it
// can go on. Kept apart from threads and locks because a cycle may go through all three sorts.
namespace Scope.Events.Snapshots;

/// <summary>The sort of a node.</summary>
public enum WaitNodeKind
{
    /// <summary>A thread; the index is its place in <see cref="Snapshot.Threads"/>.</summary>
    Thread,
    /// <summary>A lock; the index is its place in <see cref="Snapshot.Locks"/>.</summary>
    Lock,
    /// <summary>An async chain; the index is its place in <see cref="Snapshot.AsyncChains"/>.</summary>
    Chain,
}

/// <summary>A node.</summary>
/// <param name="Kind">Its sort, which says what the index points into.</param>
/// <param name="Index">Where the thing is in its list.</param>
public readonly record struct WaitNode(WaitNodeKind Kind, int Index);

/// <summary>An edge: one waits for the other.</summary>
/// <param name="From">The place in <see cref="WaitForGraph.Nodes"/> of the one that waits.</param>
/// <param name="To">The place of what it waits for: a lock waits for the thread that holds it.</param>
/// <param name="Text">How, such as "wants", "is held by", "blocks until the end of", "goes on only on".</param>
public sealed record WaitEdge(int From, int To, string Text);

/// <summary>A circle of waits.</summary>
/// <param name="Nodes">Places in <see cref="WaitForGraph.Nodes"/>, each waiting for the next and the last for the first.</param>
public sealed record WaitCycle(IReadOnlyList<int> Nodes);

/// <summary>The graph.</summary>
public sealed record WaitForGraph
{
    /// <summary>The nodes; only such as have an edge.</summary>
    public IReadOnlyList<WaitNode> Nodes { get; init; } = [];

    /// <summary>The edges.</summary>
    public IReadOnlyList<WaitEdge> Edges { get; init; } = [];

    /// <summary>The circles in it, each once.</summary>
    public IReadOnlyList<WaitCycle> Cycles { get; init; } = [];
}
