// One pass over all objects, in the order of their addresses: counts by type and part, and the addresses of objects that
// later analyses look at. Dead objects that no collection has taken yet are met as well; what is alive is ReachableTree's
// to say.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Heap;

/// <summary>Counts of a type, by its number in <see cref="HeapTypes"/>.</summary>
struct TypeTally
{
    public long Count;
    public long Bytes;
}

/// <summary>What the pass found.</summary>
sealed unsafe class HeapWalk
{
    public const int PartCount = 6;
    const ulong LeastBytes = 24; // Of an object.

    readonly HeapMemory _memory;
    readonly HeapTypes _types;
    readonly Dictionary<ulong, ulong> _allocating = [];
    readonly long[] _partObjects = new long[PartCount], _partBytes = new long[PartCount], _partFree = new long[PartCount];
    readonly List<ulong>[] _collected = [.. Enum.GetValues<ObjectSort>().Select(_ => new List<ulong>())];
    readonly int _invocationsOffset, _invocationListOffset;
    TypeTally[] _tallies = new TypeTally[PartCount << 10];

    /// <summary>Walks.</summary>
    public HeapWalk(HeapMemory memory, HeapTypes types)
    {
        (_memory, _types) = (memory, types);
        var multicast = memory.Heap.GetTypeByName("System.MulticastDelegate");
        Starts = new ulong[(memory.Words >> 6) + 1];
        _invocationsOffset = (multicast?.GetFieldByName("_invocationCount")?.Offset ?? -8) + 8;
        _invocationListOffset = (multicast?.GetFieldByName("_invocationList")?.Offset ?? -8) + 8;
        // What a thread has taken for its next objects is no object yet.
        foreach (var context in memory.Heap.EnumerateAllocationContexts()) _allocating[context.Start] = context.End;
        foreach (ref readonly var segment in memory.Segments.AsSpan()) Walk(segment);
    }

    /// <summary>The objects that are looked at one by one, by their sort, each list bounded.</summary>
    public List<ulong> Of(ObjectSort sort) => _collected[(int)sort];

    /// <summary>A bit for each word of the heap: whether an object begins there. A stale slot on a stack may point anywhere.</summary>
    public ulong[] Starts { get; }

    /// <summary>Bytes of segments that could not be walked to their ends.</summary>
    public long UnwalkedBytes { get; private set; }

    /// <summary>The tally of a type in a part.</summary>
    public TypeTally Of(int type, HeapPartKind part) => type * PartCount + (int)part is var at && at < _tallies.Length ? _tallies[at] : default;

    /// <summary>Objects, bytes and free bytes of a part.</summary>
    public (long Objects, long Bytes, long Free) Of(HeapPartKind part) => (_partObjects[(int)part], _partBytes[(int)part], _partFree[(int)part]);

    /// <summary>Bytes of an object in our memory.</summary>
    public static ulong BytesOf(in TypeShape shape, byte* at) =>
        (shape.ElementBytes == 0 ? shape.BaseBytes : shape.BaseBytes + (ulong)*(uint*)(at + 8) * shape.ElementBytes) + 7 & ~7UL;

    void Walk(in HeapSegment segment)
    {
        var part = segment.PartOf(segment.Start);
        var nextLook = part is HeapPartKind.Gen0 or HeapPartKind.Gen1 or HeapPartKind.Gen2 ? BoundaryAfter(segment, segment.Start) : ulong.MaxValue;
        for (var address = segment.Start; address + LeastBytes <= segment.End;)
        {
            if (_allocating.TryGetValue(address, out var taken))
            {
                address = taken + LeastBytes; // The runtime keeps room for a smallest object behind it.
                continue;
            }
            if (address >= nextLook)
            {
                part = segment.PartOf(address);
                nextLook = BoundaryAfter(segment, address);
            }
            var at = (byte*)segment.Local + (address - segment.Start);
            var type = _types.Of(*(ulong*)at, address);
            var bytes = type < 0 ? 0 : BytesOf(_types.Shapes[type], at);
            if (bytes < LeastBytes || bytes > segment.End - address)
            {
                address = AfterHole(segment, address);
                continue;
            }
            if ((_types.Shapes[type].Traits & TypeTraits.Free) == 0)
            {
                var word = segment.FirstWord + (long)(address - segment.Start >> 3);
                Starts[word >> 6] |= 1UL << (int)(word & 63);
            }
            Count(type, part, address, at, (long)bytes);
            address += bytes;
        }
    }

    /// <summary>
    /// Where the walk goes on after a place that is no object. Threads stopped anywhere: one may have been making an object, or just
    /// have left the end of its room for new room. Both leave zeros up to the next object; anything else cannot be walked.
    /// </summary>
    ulong AfterHole(in HeapSegment segment, ulong address)
    {
        var words = new ReadOnlySpan<ulong>((ulong*)segment.Local + (address - segment.Start >> 3), (int)Math.Min(int.MaxValue, segment.End - address >> 3));
        var zeros = words.IndexOfAnyExcept(0UL);
        if (zeros < 0) return segment.End;
        // The word before an object is its header, which may be other than zero.
        for (var i = zeros; zeros > 0 && i <= zeros + 1 && i < words.Length; i++)
            if (_types.Of(words[i], address + (ulong)i * 8) >= 0) return address + (ulong)i * 8;
        UnwalkedBytes += (long)(segment.End - address);
        return segment.End;
    }

    void Count(int type, HeapPartKind part, ulong address, byte* at, long bytes)
    {
        ref readonly var shape = ref _types.Shapes[type];
        var traits = shape.Traits;
        if ((traits & TypeTraits.Free) != 0)
        {
            _partFree[(int)part] += bytes;
            return;
        }
        var place = type * PartCount + (int)part;
        if (place >= _tallies.Length) Array.Resize(ref _tallies, Math.Max(place + 1, _tallies.Length * 2));
        _tallies[place].Count++;
        _tallies[place].Bytes += bytes;
        _partObjects[(int)part]++;
        _partBytes[(int)part] += bytes;
        if (shape.Sort != ObjectSort.None) Collect(shape.Sort, address);
        else if ((traits & TypeTraits.Delegate) != 0 && HasManyHandlers(at)) Collect(ObjectSort.ManyHandlers, address);
    }

    void Collect(ObjectSort sort, ulong address)
    {
        var list = _collected[(int)sort];
        if (list.Count < Limits.SnapshotCollected) list.Add(address);
    }

    // The count of a delegate that is a list; others use the same field for other things, and have no list.
    bool HasManyHandlers(byte* at) =>
        _invocationsOffset > 0 && *(ulong*)(at + _invocationListOffset) != 0 && *(long*)(at + _invocationsOffset) is >= Limits.SnapshotManyHandlers and < int.MaxValue;

    // A segment of old style holds several generations one after the other; a region holds one.
    static ulong BoundaryAfter(in HeapSegment segment, ulong address)
    {
        var next = ulong.MaxValue;
        foreach (var start in (ReadOnlySpan<ulong>)[segment.Segment.Generation0.Start, segment.Segment.Generation1.Start, segment.Segment.Generation2.Start])
            if (start > address && start < next) next = start;
        return next;
    }
}
