// Strings of the same content. They are compared by a hash of 64 bits: in a heap of ten million different strings two of
// them share one by accident once in a hundred thousand heaps. The texts themselves stay where they are.
using System.Runtime.InteropServices;
using Scope.Attach.Snapshots.Heap;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Counts equal strings.</summary>
sealed unsafe class StringsPart(ReachableTree tree, HeapMemory memory, HeapTypes types, FieldNames names, ObjectFields fields)
{
    struct Tally
    {
        public int Copies, Bytes, Place;
    }

    readonly Dictionary<ulong, Tally> _byHash = [];

    /// <summary>The count; null when it was stopped.</summary>
    /// <param name="tellTexts">Whether the texts of the largest are told.</param>
    /// <param name="stop">Stops it.</param>
    public DuplicateStrings? Read(bool tellTexts, CancellationToken stop)
    {
        long strings = 0, bytes = 0;
        for (var place = 0; place < tree.Count; place++)
        {
            if ((place & 0xffff) == 0 && stop.IsCancellationRequested) return null;
            if (!IsString(place)) continue;
            var own = tree.OwnBytes(place);
            strings++;
            bytes += own;
            Add(HashAt(place), place, (int)own);
        }
        var wasted = _byHash.Values.Sum(t => (t.Copies - 1L) * t.Bytes);
        var largest = _byHash.Where(t => t.Value.Copies > 1).OrderByDescending(t => (t.Value.Copies - 1L) * t.Value.Bytes).Take(Limits.SnapshotGroups).ToDictionary();
        var holders = HoldersOf(largest, stop);
        return new(strings, bytes, wasted, [.. largest.Select(t => new DuplicateString(CharsAt(t.Value.Place), t.Value.Copies, (t.Value.Copies - 1L) * t.Value.Bytes, holders.GetValueOrDefault(t.Key, ""), tellTexts ? TextAt(t.Value.Place) : ""))]);
    }

    void Add(ulong hash, int place, int own)
    {
        if (_byHash.Count >= Limits.SnapshotStrings && !_byHash.ContainsKey(hash)) return;
        ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, hash, out var known);
        tally.Copies++;
        if (!known) (tally.Bytes, tally.Place) = (own, place);
    }

    // A second pass, since only now it is known which ones matter: the field that points to most of them.
    Dictionary<ulong, string> HoldersOf(Dictionary<ulong, Tally> wanted, CancellationToken stop)
    {
        var lengths = wanted.Values.Select(t => t.Bytes).ToHashSet();
        var counts = new Dictionary<(ulong, string), int>();
        for (var place = 0; place < tree.Count && !stop.IsCancellationRequested; place++)
        {
            if (!IsString(place) || !lengths.Contains((int)tree.OwnBytes(place)) || HashAt(place) is var hash && !wanted.ContainsKey(hash)) continue;
            var field = FieldTo(place);
            counts[(hash, field)] = counts.GetValueOrDefault((hash, field)) + 1;
        }
        return counts.GroupBy(c => c.Key.Item1).ToDictionary(g => g.Key, g => g.MaxBy(c => c.Value).Key.Item2);
    }

    string FieldTo(int place)
    {
        var parent = tree.ParentOf(place);
        if (parent < 0 || tree.TypeAt(parent) is not (>= 0 and var type)) return "";
        if ((types.Shapes[type].Traits & TypeTraits.Array) != 0) return types.All[type].Name ?? "";
        var at = memory.At(tree.AddressAt(parent));
        var address = tree.AddressAt(place);
        for (var offset = 8; offset + 8 <= (int)types.Shapes[type].BaseBytes; offset += 8)
            if (*(ulong*)(at + offset) == address) return names.Text(types.All[type], offset);
        return "";
    }

    bool IsString(int place) => tree.TypeAt(place) is >= 0 and var type && (types.Shapes[type].Traits & TypeTraits.String) != 0;

    int CharsAt(int place) => *(int*)(memory.At(tree.AddressAt(place)) + 8);

    string TextAt(int place) => fields.TextAt(tree.AddressAt(place));

    ulong HashAt(int place)
    {
        var at = memory.At(tree.AddressAt(place));
        var bytes = *(int*)(at + 8) * 2;
        var hash = (ulong)bytes * 0x9E3779B97F4A7C15;
        var i = 0;
        for (; i + 8 <= bytes; i += 8) hash = System.Numerics.BitOperations.RotateLeft((hash ^ *(ulong*)(at + 12 + i)) * 0xD6E8FEB86659FD93, 29);
        for (; i < bytes; i += 2) hash = System.Numerics.BitOperations.RotateLeft((hash ^ *(ushort*)(at + 12 + i)) * 0xD6E8FEB86659FD93, 29);
        return hash ^ hash >> 32;
    }
}
