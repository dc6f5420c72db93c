// Which method's code lies at an address. A sorted array for binary search, and a short tail of newly compiled methods that
// is looked through from its newest end and merged in when it is full, so that each new method costs next to nothing.
using Scope.Events;

namespace Scope.Attach.Symbols;

/// <summary>Ranges of code and their methods. Where ranges overlap, code that was told later has replaced the earlier.</summary>
sealed class AddressMap
{
    const int TailLength = 64;

    Range[] _sorted = [];
    readonly List<Range> _tail = [];

    readonly record struct Range(ulong Start, ulong End, MethodId Method);

    /// <summary>How many ranges it knows.</summary>
    public int Count => _sorted.Length + _tail.Count;

    /// <summary>Adds the code of a method.</summary>
    public void Add(ulong start, uint size, MethodId method)
    {
        if (size > 0) _tail.Add(new(start, start + size, method));
    }

    /// <summary>The method at an address and how far into its code the address is; false when it is nobody's that we know.</summary>
    public bool TryFind(ulong address, out MethodId method, out int offset)
    {
        if (_tail.Count > TailLength) Merge();
        // A return address may be the first byte after its method when the call never returns, so we look one byte back;
        // only the top frame can stand on the very first byte of a method.
        if (Find(address) is { } at && at.Start == address || (at = Find(address - 1)) != default)
        {
            (method, offset) = (at.Method, (int)(address - at.Start));
            return true;
        }
        (method, offset) = (default, -1);
        return false;
    }

    Range Find(ulong address)
    {
        for (var i = _tail.Count - 1; i >= 0; i--)
            if (address >= _tail[i].Start && address < _tail[i].End) return _tail[i];
        int low = 0, high = _sorted.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_sorted[middle].Start <= address) low = middle + 1; else high = middle;
        }
        return low > 0 && address < _sorted[low - 1].End ? _sorted[low - 1] : default;
    }

    void Merge()
    {
        // Stable, so that of several ranges with one start the one told last is the one kept.
        var fresh = _tail.OrderBy(r => r.Start).ToArray();
        var merged = new List<Range>(_sorted.Length + fresh.Length);
        int old = 0, young = 0;
        while (old < _sorted.Length || young < fresh.Length)
        {
            var takeOld = young == fresh.Length || old < _sorted.Length && _sorted[old].Start <= fresh[young].Start;
            var next = takeOld ? _sorted[old++] : fresh[young++];
            if (merged.Count > 0 && merged[^1].Start == next.Start) merged[^1] = next;
            else merged.Add(next);
        }
        _sorted = [.. merged];
        _tail.Clear();
    }
}
