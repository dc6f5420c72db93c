// A segment numbers what it uses from 1 up, in the order of first use, so that it can be read without the segments before
// it and its ids stay small. This is the way from a recording's id to the segment's.
namespace Scope.Store.Segments;

/// <summary>From the dense ids of a recording's dictionary to those of one segment; 0 means "not in the segment yet".</summary>
sealed class LocalIds
{
    const int PageSize = 1 << 12; // Recordings that run for days have millions of spans, of which a segment uses a narrow range.

    int[]?[] _pages = new int[]?[16];

    /// <summary>How many ids the segment has given.</summary>
    public int Count { get; private set; }

    /// <summary>The segment's id for a recording's id, to be read or set.</summary>
    public ref int this[int id]
    {
        get
        {
            var pages = _pages;
            var page = id / PageSize;
            return ref (page < pages.Length && pages[page] is { } known ? known : AddPage(page))[id % PageSize];
        }
    }

    /// <summary>The next id of the segment.</summary>
    public int Next() => ++Count;

    /// <summary>Forgets all: a new segment begins.</summary>
    public void Clear()
    {
        Array.Clear(_pages);
        Count = 0;
    }

    int[] AddPage(int page)
    {
        if (page >= _pages.Length) Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        return _pages[page] = new int[PageSize];
    }
}
