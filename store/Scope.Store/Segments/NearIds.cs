// From ids to ids where both mostly follow each other, as those of spans do: in small pages, so that one takes some six bytes where
// a dictionary takes forty, and a hostile file whose ids lie far apart gets no more of them than it has entries.
using System.Runtime.InteropServices;

namespace Scope.Store.Segments;

/// <summary>A map from numbers to numbers; what was never set is 0.</summary>
sealed class NearIds
{
    const int PageBits = 5, PageIds = 1 << PageBits;

    readonly Dictionary<int, int[]> _pages = [];

    /// <summary>What a number stands for.</summary>
    public int this[int id]
    {
        get => _pages.TryGetValue(id >> PageBits, out var page) ? page[id & PageIds - 1] : 0;
        set
        {
            ref var page = ref CollectionsMarshal.GetValueRefOrAddDefault(_pages, id >> PageBits, out _);
            (page ??= new int[PageIds])[id & PageIds - 1] = value;
        }
    }
}
