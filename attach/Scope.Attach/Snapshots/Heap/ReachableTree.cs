// What is alive, and through what: a search in breadth from the roots over all references. Each object hangs below the
// one through which it was first met, so every object has a shortest way from a root, and the bytes below one are what it
// keeps alive, with the share of another holder counted for the one that is nearer to its root.
//
// How it works
//  1. An object's number is its word on the heap; a bit for each says that it was met.
//  2. Objects are put into one queue as they are met. The children of an object therefore stand side by side in it, so
//     the tree needs only each object's word, and the place of its first child.
//     Locals come last, when all else has been followed: they change from moment to moment, and what a field holds as well
//     is the field's. They hang below a place of their own in the middle of the queue, which is no object.
//  3. Going backwards through the queue adds each object's bytes to its parent's.
//  4. Of chosen objects every reference to them is remembered: who points at a lock, at a task.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Attach.Snapshots.Heap;

/// <summary>A reference to a chosen object.</summary>
/// <param name="From">The object that points to it; 0 for a root.</param>
/// <param name="Offset">Where in that object, from its beginning; for a root, the root's number.</param>
readonly record struct Referrer(ulong From, int Offset);

/// <summary>The tree of what is reachable.</summary>
sealed unsafe class ReachableTree
{
    readonly HeapMemory _memory;
    readonly HeapTypes _types;
    readonly ulong[] _met, _chosen, _starts;
    readonly Dictionary<ulong, List<ulong>> _dependents;
    readonly CancellationToken _stop;
    uint[] _words = new uint[1 << 16];
    int[] _firstChild = new int[1 << 16], _typeAt = new int[1 << 16];
    int _count, _referrerCount, _rootCount, _localsPlace = int.MaxValue, _localsEnd;
    readonly Dictionary<int, int> _rootOf = [];
    ReferenceRun[] _runs = [];

    ReachableTree(HeapMemory memory, HeapTypes types, ulong[] starts, IEnumerable<ulong> chosen, Dictionary<ulong, List<ulong>> dependents, CancellationToken stop)
    {
        (_memory, _types, _starts, _dependents, _stop) = (memory, types, starts, dependents, stop);
        _met = new ulong[(memory.Words >> 6) + 1];
        _chosen = new ulong[(memory.Words >> 6) + 1];
        foreach (var address in chosen)
            if (memory.WordOf(address) is >= 0 and var word) _chosen[word >> 6] |= 1UL << (int)(word & 63);
    }

    /// <summary>Searches from roots; null when it was stopped, or the heap is too large to be searched.</summary>
    /// <param name="memory">The heap.</param>
    /// <param name="types">Its types.</param>
    /// <param name="starts">Where objects begin, a bit for each word.</param>
    /// <param name="roots">The objects that roots point to; of two ways of one length that of the earlier root counts.</param>
    /// <param name="firstLocal">The number of the first root that is a local; those are the last.</param>
    /// <param name="chosen">Objects of which all referrers are wanted.</param>
    /// <param name="dependents">Objects that live as long as another does.</param>
    /// <param name="stop">Stops the search.</param>
    public static ReachableTree? Search(HeapMemory memory, HeapTypes types, ulong[] starts, IReadOnlyList<ulong> roots, int firstLocal, IEnumerable<ulong> chosen, Dictionary<ulong, List<ulong>> dependents, CancellationToken stop)
    {
        if (memory.Words > uint.MaxValue) return null;
        var tree = new ReachableTree(memory, types, starts, chosen, dependents, stop);
        return tree.Search(roots, firstLocal) ? tree : null;
    }

    /// <summary>How many places there are: an object each, and one that is none.</summary>
    public int Count => _count;

    /// <summary>The places of the roots' objects.</summary>
    public IEnumerable<int> Roots => _rootOf.Keys;

    /// <summary>The number of the root whose object is at a place.</summary>
    public int RootOf(int place) => _rootOf[place];

    bool IsRoot(int place) => place < _rootCount || place == _localsPlace || (place > _localsPlace && place < _localsEnd);

    /// <summary>The bytes below each place, its own counted.</summary>
    public long[] RetainedBytes { get; private set; } = [];

    /// <summary>How many objects of each type are alive.</summary>
    public long[] LiveCounts { get; private set; } = [];

    /// <summary>The bytes below the objects of each type.</summary>
    public long[] RetainedByType { get; private set; } = [];

    /// <summary>The bytes of the object at a place itself.</summary>
    public long OwnBytes(int place) => _typeAt[place] < 0 ? 0 : (long)HeapWalk.BytesOf(_types.Shapes[_typeAt[place]], _memory.At(AddressAt(place)));

    /// <summary>The type of the object at a place; -1 for none.</summary>
    public int TypeAt(int place) => _typeAt[place];

    /// <summary>The place through which a place was first met; -1 for roots.</summary>
    public int ParentOf(int place)
    {
        if (IsRoot(place)) return -1;
        // The last place whose children begin at or before this one.
        int low = 0, high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_firstChild[middle] <= place) low = middle + 1; else high = middle;
        }
        return low - 1;
    }

    /// <summary>The referrers of chosen objects.</summary>
    public Dictionary<ulong, List<Referrer>> Referrers { get; } = [];

    /// <summary>The object at a place.</summary>
    public ulong AddressAt(int place) => _memory.AddressOf(_words[place]);

    /// <summary>Whether an object is alive.</summary>
    public bool IsAlive(ulong address) => _memory.WordOf(address) is >= 0 and var word && (_met[word >> 6] >> (int)(word & 63) & 1) != 0;

    /// <summary>The places of an object's children: those that were first met through it.</summary>
    public (int First, int End) ChildrenOf(int place) => (_firstChild[place], place + 1 < _count ? _firstChild[place + 1] : _count);

    bool Search(IReadOnlyList<ulong> roots, int firstLocal)
    {
        _runs = _types.Runs;
        MeetRoots(roots, 0, firstLocal);
        _rootCount = _count;
        if (!Follow(0)) return false;
        _localsPlace = Push(0);
        (_firstChild[_localsPlace], _typeAt[_localsPlace]) = (_count, -1);
        MeetRoots(roots, firstLocal, roots.Count);
        _localsEnd = _count;
        return Follow(_localsPlace + 1) && AddUp();
    }

    void MeetRoots(IReadOnlyList<ulong> roots, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            Remember(roots[i], 0, i);
            if (TryMeet(roots[i])) _rootOf[_count - 1] = i;
        }
    }

    bool Follow(int from)
    {
        for (var place = from; place < _count; place++)
        {
            _firstChild[place] = _count;
            if ((place & 0xfffff) == 0 && _stop.IsCancellationRequested) return false;
            var type = VisitReferences(_memory.AddressOf(_words[place])); // First, as it may move the arrays to larger ones.
            _typeAt[place] = type;
        }
        return true;
    }

    int VisitReferences(ulong address)
    {
        var at = _memory.At(address);
        var type = _types.Of(*(ulong*)at, address);
        if (type < 0) return type;
        ref readonly var shape = ref _types.Shapes[type];
        if (_dependents.Count > 0 && _dependents.TryGetValue(address, out var more))
            foreach (var dependent in more) Meet(dependent, address, -1);
        if (shape.Runs == 0) return type;
        if (shape.FirstRun >= _runs.Length) _runs = _types.Runs;
        var bytes = (long)HeapWalk.BytesOf(shape, at);
        if (shape.Runs > 0)
        {
            for (var i = 0; i < shape.Runs; i++)
            {
                var run = _runs[shape.FirstRun + i];
                for (var offset = run.Offset; offset < run.Offset + run.Extent + UnroundedBytes(shape, at); offset += 8) Meet(*(ulong*)(at + offset), address, (int)offset);
            }
            return type;
        }
        for (var offset = _runs[shape.FirstRun].Offset; offset < bytes - 8;)
            for (var i = 1; i <= -shape.Runs; i++)
            {
                var (references, gap) = _runs[shape.FirstRun + i];
                for (var n = 0; n < references && offset < bytes; n++, offset += 8) Meet(*(ulong*)(at + offset), address, (int)offset);
                offset += gap;
            }
        return type;
    }

    // Extents are told relative to the size before it is rounded up.
    static long UnroundedBytes(in TypeShape shape, byte* at) => shape.ElementBytes == 0 ? shape.BaseBytes : shape.BaseBytes + (long)*(uint*)(at + 8) * shape.ElementBytes;

    void Meet(ulong address, ulong from, int offset)
    {
        if (address == 0) return;
        TryMeet(address);
        Remember(address, from, offset);
    }

    bool TryMeet(ulong address)
    {
        var word = _memory.WordOf(address);
        if (word < 0) return false;
        ref var bits = ref _met[word >> 6];
        var bit = 1UL << (int)(word & 63);
        if ((bits & bit) != 0 || (_starts[word >> 6] & bit) == 0) return false;
        bits |= bit;
        Push((uint)word);
        return true;
    }

    int Push(uint word)
    {
        if (_count == _words.Length)
        {
            Array.Resize(ref _words, _count * 2);
            Array.Resize(ref _firstChild, _count * 2);
            Array.Resize(ref _typeAt, _count * 2);
        }
        _words[_count] = word;
        return _count++;
    }

    void Remember(ulong address, ulong from, int offset)
    {
        var word = _memory.WordOf(address);
        if (word < 0 || (_chosen[word >> 6] >> (int)(word & 63) & 1) == 0 || _referrerCount >= Limits.SnapshotReferrers) return;
        _referrerCount++;
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(Referrers, address, out _);
        (list ??= []).Add(new(from, offset));
    }

    bool AddUp()
    {
        (RetainedBytes, LiveCounts, RetainedByType) = (new long[_count], new long[_types.All.Count], new long[_types.All.Count]);
        var parent = _count - 1;
        for (var place = _count - 1; place >= 0; place--)
        {
            if ((place & 0xfffff) == 0 && _stop.IsCancellationRequested) return false;
            var type = _typeAt[place];
            if (type >= 0)
            {
                RetainedBytes[place] += OwnBytes(place);
                LiveCounts[type]++;
            }
            var above = -1;
            if (!IsRoot(place))
            {
                while (_firstChild[parent] > place) parent--;
                RetainedBytes[parent] += RetainedBytes[place];
                above = _typeAt[parent];
            }
            // One below another of its type is held by that one already.
            if (type >= 0 && above != type) RetainedByType[type] += RetainedBytes[place];
        }
        return true;
    }
}
