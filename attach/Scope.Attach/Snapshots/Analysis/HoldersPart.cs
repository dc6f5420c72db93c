// What holds the heap. From each root down the tree along what is heavy, to the object where the memory fans out: the list
// that grows, the table of the cache, the handlers of an event. Its name comes from the way that leads to it.
using Scope.Attach.Snapshots.Heap;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Finds holders in the tree of what is alive.</summary>
sealed class HoldersPart
{
    const double Noteworthy = 0.005; // Of the live heap: what is less cannot be why it is large.
    const double HeavyChild = 0.1;   // Of its parent.
    const double OneHolds = 0.5;     // One child with half of it all is where the memory is.

    readonly ReachableTree _tree;
    readonly HeapTypes _types;
    readonly HolderNames _names;
    readonly long _least;
    readonly Dictionary<(HolderKind, string, string), (HeapHolder Holder, long Largest, List<int> Places)> _found = [];

    /// <summary>Finds holders.</summary>
    public HoldersPart(ReachableTree tree, HeapTypes types, HolderNames names)
    {
        (_tree, _types, _names) = (tree, types, names);
        foreach (var root in tree.Roots) LiveBytes += tree.RetainedBytes[root];
        _least = Math.Max(Limits.SnapshotHolderBytes, (long)(LiveBytes * Noteworthy));
        foreach (var root in tree.Roots)
            if (tree.RetainedBytes[root] >= _least) Descend(root);
    }

    /// <summary>Bytes of all that is alive.</summary>
    public long LiveBytes { get; }

    /// <summary>The holders, the largest first, with what they hold by type.</summary>
    public List<HeapHolder> Holders(CancellationToken stop) =>
        [.. _found.Values.OrderByDescending(f => f.Holder.RetainedBytes).Take(Limits.SnapshotHolders).Select(f => stop.IsCancellationRequested ? f.Holder : WithTypes(f.Holder, f.Places))];

    void Descend(int place)
    {
        while (true)
        {
            var (first, end) = _tree.ChildrenOf(place);
            var retained = _tree.RetainedBytes[place];
            var heavy = new List<int>();
            for (var child = first; child < end; child++)
                if (_tree.RetainedBytes[child] >= Math.Max(_least, retained * HeavyChild)) heavy.Add(child);
            if (heavy.Count == 1 && _tree.RetainedBytes[heavy[0]] >= retained * OneHolds)
            {
                place = heavy[0];
                continue;
            }
            // Elements of one sort are what a collection collects; different ones, or different fields, are branches.
            var branches = heavy.Count > 0 && !(IsCollection(place) && heavy.TrueForAll(h => _tree.TypeAt(h) == _tree.TypeAt(heavy[0])));
            var rest = retained - (branches ? heavy.Sum(h => _tree.RetainedBytes[h]) : 0);
            if (rest >= _least) Add(place, rest);
            if (branches)
                foreach (var branch in heavy) Descend(branch);
            return;
        }
    }

    bool IsCollection(int place) => _tree.TypeAt(place) is >= 0 and var type && (_types.Shapes[type].Traits & TypeTraits.Array) != 0;

    void Add(int place, long bytes)
    {
        var holder = _names.Of(place);
        var key = (holder.Kind, holder.Name, holder.Root);
        var (first, end) = _tree.ChildrenOf(place);
        var elements = (long)end - first;
        if (_found.TryGetValue(key, out var known))
        {
            known.Places.Add(place);
            var summed = bytes > known.Largest ? holder with { ElementType = ElementType(first, end) } : known.Holder;
            _found[key] = (summed with { RetainedBytes = known.Holder.RetainedBytes + bytes, Elements = known.Holder.Elements + elements }, Math.Max(bytes, known.Largest), known.Places);
            return;
        }
        _found[key] = (holder with { RetainedBytes = bytes, Elements = elements, ElementType = ElementType(first, end) }, bytes, [place]);
    }

    string ElementType(int first, int end)
    {
        const int looked = 1000;
        var counts = new Dictionary<int, int>();
        for (var child = first; child < Math.Min(end, first + looked); child++) counts[_tree.TypeAt(child)] = counts.GetValueOrDefault(_tree.TypeAt(child)) + 1;
        return counts.Count == 0 ? "" : NameOf(counts.MaxBy(c => c.Value).Key);
    }

    // All below a place lies in one stretch of the queue for each step down.
    HeapHolder WithTypes(HeapHolder holder, List<int> places)
    {
        var held = new Dictionary<int, (long Count, long Bytes)>();
        var looked = 0L;
        foreach (var place in places)
            for (int first = place, end = place + 1; first < end && looked < Limits.SnapshotHeldObjects;)
            {
                for (var at = first; at < end; at++, looked++)
                {
                    var type = _tree.TypeAt(at);
                    var (count, bytes) = held.GetValueOrDefault(type);
                    held[type] = (count + 1, bytes + _tree.OwnBytes(at));
                }
                (first, end) = (_tree.ChildrenOf(first).First, _tree.ChildrenOf(end - 1).End);
            }
        return holder with
        {
            RetainedObjects = looked,
            Types = [.. held.OrderByDescending(h => h.Value.Bytes).Take(Limits.SnapshotHeldTypes).Select(h => new HeldType(NameOf(h.Key), h.Value.Count, h.Value.Bytes))],
        };
    }

    string NameOf(int type) => type < 0 ? "" : _types.All[type].Name ?? "";
}
