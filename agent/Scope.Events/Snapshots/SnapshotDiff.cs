// What changed between two snapshots of one process: which types grew, and which holders. Two snapshots tell a leak from
// a large heap, which one cannot.
namespace Scope.Events.Snapshots;

/// <summary>How a type changed.</summary>
/// <param name="Type">The type.</param>
/// <param name="CountBefore">Objects in the earlier snapshot.</param>
/// <param name="CountAfter">Objects in the later one.</param>
/// <param name="BytesBefore">Their bytes in the earlier one.</param>
/// <param name="BytesAfter">Their bytes in the later one.</param>
public sealed record TypeChange(string Type, long CountBefore, long CountAfter, long BytesBefore, long BytesAfter)
{
    /// <summary>Bytes that it grew by.</summary>
    public long Growth => BytesAfter - BytesBefore;
}

/// <summary>How a holder changed.</summary>
/// <param name="Kind">Its sort.</param>
/// <param name="Name">Its name.</param>
/// <param name="Root">Its root.</param>
/// <param name="ElementsBefore">What it held directly in the earlier snapshot.</param>
/// <param name="ElementsAfter">What it holds directly in the later one.</param>
/// <param name="RetainedBefore">Bytes retained in the earlier one; 0 when it was too small to be told there.</param>
/// <param name="RetainedAfter">Bytes retained in the later one.</param>
/// <param name="Place">Its place in the later snapshot's <see cref="Snapshot.Holders"/>; -1 when it is not there any more.</param>
public sealed record HolderChange(HolderKind Kind, string Name, string Root, long ElementsBefore, long ElementsAfter, long RetainedBefore, long RetainedAfter, int Place)
{
    /// <summary>Bytes that it grew by.</summary>
    public long Growth => RetainedAfter - RetainedBefore;
}

/// <summary>What changed between two snapshots.</summary>
/// <param name="From">The earlier one's number.</param>
/// <param name="To">The later one's number.</param>
/// <param name="Nanos">The time between them, ns.</param>
/// <param name="BytesBefore">Bytes on the heap in the earlier one, the live ones where known.</param>
/// <param name="BytesAfter">Bytes on the heap in the later one, the live ones where known.</param>
/// <param name="Types">Types that changed, the one that grew most first. A type that only one of them tells was small in the other.</param>
/// <param name="Holders">Holders that changed, the one that grew most first.</param>
public sealed record SnapshotDiff(int From, int To, long Nanos, long BytesBefore, long BytesAfter, IReadOnlyList<TypeChange> Types, IReadOnlyList<HolderChange> Holders)
{
    /// <summary>Compares two snapshots that both hold the heap; null when one does not.</summary>
    public static SnapshotDiff? Between(Snapshot before, Snapshot after)
    {
        if (before.Heap is not { } old || after.Heap is not { } young) return null;
        var bothLive = old.LiveBytes >= 0 && young.LiveBytes >= 0;
        return new(before.Number, after.Number, after.Time - before.Time,
            bothLive ? old.LiveBytes : old.Bytes, bothLive ? young.LiveBytes : young.Bytes, TypesOf(old, young), HoldersOf(before, after));
    }

    static List<TypeChange> TypesOf(HeapState before, HeapState after)
    {
        var old = ByName(before);
        var young = ByName(after);
        return [.. old.Keys.Union(young.Keys)
            .Select(name => (Name: name, Old: old.GetValueOrDefault(name), Young: young.GetValueOrDefault(name)))
            .Select(t => new TypeChange(t.Name, t.Old.Count, t.Young.Count, t.Old.Bytes, t.Young.Bytes))
            .Where(t => t.Growth != 0 || t.CountAfter != t.CountBefore)
            .OrderByDescending(t => t.Growth)];
    }

    // Two types of one name in two load contexts are one here: who reads it cannot tell them apart either.
    static Dictionary<string, (long Count, long Bytes)> ByName(HeapState heap) => heap.Types.GroupBy(t => t.Name).ToDictionary(g => g.Key, g => (g.Sum(t => t.Count), g.Sum(t => t.Bytes)));

    static List<HolderChange> HoldersOf(Snapshot before, Snapshot after)
    {
        var old = before.Holders.GroupBy(h => (h.Kind, h.Name, h.Root)).ToDictionary(g => g.Key, g => g.First());
        var changes = new List<HolderChange>();
        for (var i = 0; i < after.Holders.Count; i++)
        {
            var young = after.Holders[i];
            old.Remove((young.Kind, young.Name, young.Root), out var was);
            changes.Add(new(young.Kind, young.Name, young.Root, was?.Elements ?? 0, young.Elements, was?.RetainedBytes ?? 0, young.RetainedBytes, i));
        }
        changes.AddRange(old.Values.Select(gone => new HolderChange(gone.Kind, gone.Name, gone.Root, gone.Elements, 0, gone.RetainedBytes, 0, -1)));
        return [.. changes.OrderByDescending(c => c.Growth)];
    }
}
