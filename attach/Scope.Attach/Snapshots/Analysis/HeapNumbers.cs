// The heap in numbers, from the pass over all objects and the tree of those that are alive.
using Scope.Attach.Snapshots.Heap;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Tells the heap.</summary>
static class HeapNumbers
{
    /// <summary>The heap's state.</summary>
    public static HeapState Read(HeapMemory memory, HeapTypes types, HeapWalk walk, ReachableTree? tree, IReadOnlyList<HeapHolder> holders, long liveBytes)
    {
        var parts = Enum.GetValues<HeapPartKind>().Select(kind => Part(kind, memory, walk)).ToList();
        var counted = Enumerable.Range(0, types.All.Count).Select(t => Type(t, types, walk, tree)).Where(t => t.Count > 0).OrderByDescending(t => t.Bytes).ToList();
        var heldBy = holders.SelectMany((h, place) => h.Types.Select(t => (t.Type, t.Bytes, Place: place))).ToLookup(h => h.Type);
        return new()
        {
            Objects = parts.Sum(p => p.Objects), Bytes = parts.Sum(p => p.Bytes), FreeBytes = parts.Sum(p => p.FreeBytes), LiveBytes = tree is null ? -1 : liveBytes,
            IsServer = memory.Heap.IsServer, Heaps = memory.Heap.SubHeaps.Length, Parts = parts, TypeCount = counted.Count,
            Types = [.. counted.Take(Limits.SnapshotTypes).Select(t => t with { Holders = [.. heldBy[t.Name].OrderByDescending(h => h.Bytes).Take(Limits.SnapshotHeldTypes).Select(h => h.Place)] })],
        };
    }

    static HeapPart Part(HeapPartKind kind, HeapMemory memory, HeapWalk walk)
    {
        var (objects, bytes, free) = walk.Of(kind);
        var segments = memory.Segments.Where(s => s.PartOf(s.Start) == kind).ToList();
        return new(kind, objects, bytes, free, segments.Sum(s => (long)s.Segment.CommittedMemory.Length), segments.Count);
    }

    static HeapType Type(int number, HeapTypes types, HeapWalk walk, ReachableTree? tree)
    {
        var tallies = Enum.GetValues<HeapPartKind>().Select(kind => walk.Of(number, kind)).ToList();
        var known = tree is not null && number < tree.LiveCounts.Length;
        return new()
        {
            Name = types.All[number].Name ?? "", Module = types.All[number].Module?.Name ?? "",
            Count = tallies.Sum(t => t.Count), Bytes = tallies.Sum(t => t.Bytes), BytesByPart = [.. tallies.Select(t => t.Bytes)],
            LiveCount = known ? tree!.LiveCounts[number] : -1, RetainedBytes = known ? tree!.RetainedByType[number] : -1,
        };
    }
}
