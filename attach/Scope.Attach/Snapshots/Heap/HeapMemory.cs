// The heap's segments in our own memory, so that objects are read by pointer. ClrMD asks through its reader for each
// field, which is right for a thousand objects and too slow for twenty million.
using Microsoft.Diagnostics.Runtime;
using Scope.Attach.Snapshots.Capture;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Heap;

/// <summary>A segment or region of the heap.</summary>
/// <param name="Start">Its first object.</param>
/// <param name="End">The address after its last.</param>
/// <param name="Local">Where it lies in our memory, in one piece.</param>
/// <param name="FirstWord">Its place among the words of the whole heap.</param>
/// <param name="Segment">What ClrMD knows of it.</param>
readonly unsafe record struct HeapSegment(ulong Start, ulong End, nint Local, long FirstWord, ClrSegment Segment)
{
    /// <summary>The part of the heap that an object is in.</summary>
    public HeapPartKind PartOf(ulong address) => Segment.GetGeneration(address) switch
    {
        Generation.Generation0 => HeapPartKind.Gen0,
        Generation.Generation1 => HeapPartKind.Gen1,
        Generation.Generation2 => HeapPartKind.Gen2,
        Generation.Large => HeapPartKind.Large,
        Generation.Pinned => HeapPartKind.Pinned,
        Generation.Frozen => HeapPartKind.Frozen,
        _ => HeapPartKind.Gen2,
    };
}

/// <summary>The heap of a copy.</summary>
sealed unsafe class HeapMemory : IDisposable
{
    const int AreaShift = 22; // 4 MB: what the collector hands out at least, so that most areas belong to one segment.

    readonly List<nint> _joined = [];
    readonly int[] _areas;
    readonly ulong _lowest;

    /// <summary>Takes the segments of a heap.</summary>
    public HeapMemory(ClrHeap heap, MemoryCopy copy)
    {
        Heap = heap;
        var segments = new List<HeapSegment>();
        var words = 0L;
        foreach (var segment in heap.Segments.Where(s => s.ObjectRange.Length > 0).OrderBy(s => s.ObjectRange.Start))
        {
            var range = segment.ObjectRange;
            segments.Add(new(range.Start, range.End, Join(copy, range.Start, range.End), words, segment));
            words += (long)(range.End - range.Start) / 8;
        }
        Segments = [.. segments];
        Words = words;
        _lowest = Segments.Length == 0 ? 0 : Segments[0].Start >> AreaShift;
        _areas = new int[Segments.Length == 0 ? 0 : Math.Min(1 << 24, (int)((Segments[^1].End >> AreaShift) - _lowest) + 1)];
        for (var i = Segments.Length - 1; i >= 0; i--)
            for (var area = (Segments[i].Start >> AreaShift) - _lowest; area <= (Segments[i].End - 1 >> AreaShift) - _lowest && area < (ulong)_areas.Length; area++)
                _areas[area] = _areas[area] == 0 ? i + 1 : -1;
    }

    /// <summary>What ClrMD knows of it.</summary>
    public ClrHeap Heap { get; }

    /// <summary>The segments, by address.</summary>
    public HeapSegment[] Segments { get; }

    /// <summary>How many words of 8 bytes all segments have: an object's number is that of its first word.</summary>
    public long Words { get; }

    /// <summary>The segment of an address; -1 when it is not on the heap.</summary>
    public int SegmentOf(ulong address)
    {
        var area = (address >> AreaShift) - _lowest;
        if (area < (ulong)_areas.Length && _areas[area] is var place and >= 0)
            return place > 0 && address >= Segments[place - 1].Start && address < Segments[place - 1].End ? place - 1 : -1;
        int low = 0, high = Segments.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Segments[middle].Start <= address) low = middle + 1; else high = middle;
        }
        return low > 0 && address < Segments[low - 1].End ? low - 1 : -1;
    }

    /// <summary>An object in our memory; null when it is not on the heap.</summary>
    public byte* At(ulong address)
    {
        var segment = SegmentOf(address);
        return segment < 0 ? null : (byte*)Segments[segment].Local + (address - Segments[segment].Start);
    }

    /// <summary>The number of an object among the heap's words; -1 when it is not on the heap.</summary>
    public long WordOf(ulong address)
    {
        var segment = SegmentOf(address);
        return segment < 0 ? -1 : Segments[segment].FirstWord + (long)(address - Segments[segment].Start >> 3);
    }

    /// <summary>The address of a word.</summary>
    public ulong AddressOf(long word)
    {
        int low = 0, high = Segments.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Segments[middle].FirstWord <= word) low = middle + 1; else high = middle;
        }
        return Segments[low - 1].Start + ((ulong)(word - Segments[low - 1].FirstWord) << 3);
    }

    /// <summary>A reference in an object; 0 when the object is not on the heap.</summary>
    public ulong Reference(ulong address, int offset)
    {
        var at = At(address);
        return at is null ? 0 : *(ulong*)(at + offset);
    }

    // Pages that were never touched are not in the copy, and part a segment; then its pieces are put together, with zeros between.
    nint Join(MemoryCopy copy, ulong start, ulong end)
    {
        var at = copy.Find(start, out var bytes);
        if (at is not null && bytes >= end - start) return (nint)at;
        var joined = NativeCalls.Map(0, (nuint)(end - start), NativeCalls.ReadWrite, NativeCalls.PrivateAnonymousNoReserve, -1, 0);
        if (joined == -1) throw new InsufficientMemoryException($"no room for {end - start >> 20} MB of a heap segment in pieces");
        _joined.Add(joined);
        _joined.Add((nint)(end - start));
        for (var address = start; address < end;)
        {
            at = copy.Find(address, out bytes);
            if (at is not null) Buffer.MemoryCopy(at, (byte*)joined + (address - start), end - address, bytes = Math.Min(bytes, end - address));
            else bytes = Math.Min(copy.Gap(address), end - address);
            address += bytes;
        }
        return joined;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < _joined.Count; i += 2) NativeCalls.Unmap(_joined[i], (nuint)_joined[i + 1]);
        _joined.Clear();
    }
}
