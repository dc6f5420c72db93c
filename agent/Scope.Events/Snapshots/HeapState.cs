// The heap of a snapshot: by type, by part, and what keeps it alive. Contents of objects are not in it, and no texts:
// a snapshot may be sent to somebody who must not read the target's data.
namespace Scope.Events.Snapshots;

/// <summary>A part of the heap.</summary>
public enum HeapPartKind
{
    /// <summary>Generation 0: the newest objects.</summary>
    Gen0,
    /// <summary>Generation 1.</summary>
    Gen1,
    /// <summary>Generation 2: what lived through collections.</summary>
    Gen2,
    /// <summary>Objects of 85,000 bytes and more.</summary>
    Large,
    /// <summary>Pinned objects.</summary>
    Pinned,
    /// <summary>Literals and others that never go.</summary>
    Frozen,
}

/// <summary>A part of the heap in numbers.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Objects">Objects in it, free places not counted.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="FreeBytes">Bytes of free places between them.</param>
/// <param name="CommittedBytes">Memory that its segments or regions take.</param>
/// <param name="Segments">How many segments or regions.</param>
public sealed record HeapPart(HeapPartKind Kind, long Objects, long Bytes, long FreeBytes, long CommittedBytes, int Segments);

/// <summary>The objects of one type.</summary>
public sealed record HeapType
{
    /// <summary>The type as the runtime names it, generic arguments included.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its module's file; "" for arrays and types made at run time.</summary>
    public string Module { get; init; } = "";

    /// <summary>How many objects there are, the dead ones that are not collected yet included.</summary>
    public long Count { get; init; }

    /// <summary>Their bytes, without what they point to.</summary>
    public long Bytes { get; init; }

    /// <summary>The bytes in each part of the heap, by <see cref="HeapPartKind"/>.</summary>
    public IReadOnlyList<long> BytesByPart { get; init; } = [];

    /// <summary>How many of them are reachable; -1 when it was not worked out.</summary>
    public long LiveCount { get; init; } = -1;

    /// <summary>The bytes that they keep alive: each with all to which the shortest way from a root leads through it, nested ones counted once; -1 when not worked out.</summary>
    public long RetainedBytes { get; init; } = -1;

    /// <summary>Places in <see cref="Snapshot.Holders"/> of what keeps most of them alive, the most first.</summary>
    public IReadOnlyList<int> Holders { get; init; } = [];
}

/// <summary>The heap.</summary>
public sealed record HeapState
{
    /// <summary>Objects, free places not counted.</summary>
    public long Objects { get; init; }

    /// <summary>Their bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of free places.</summary>
    public long FreeBytes { get; init; }

    /// <summary>Bytes of objects that something still leads to; -1 when it was not worked out. The rest is garbage that no collection has taken yet.</summary>
    public long LiveBytes { get; init; } = -1;

    /// <summary>Whether the server's garbage collector is in use.</summary>
    public bool IsServer { get; init; }

    /// <summary>How many heaps it has.</summary>
    public int Heaps { get; init; }

    /// <summary>Its parts.</summary>
    public IReadOnlyList<HeapPart> Parts { get; init; } = [];

    /// <summary>Its types, the one with the most bytes first; small ones are left out.</summary>
    public IReadOnlyList<HeapType> Types { get; init; } = [];

    /// <summary>How many types there are, those left out included.</summary>
    public int TypeCount { get; init; }
}
