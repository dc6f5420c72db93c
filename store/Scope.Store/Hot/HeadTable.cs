// The heads of one chain: for each key the position of its newest event and how many there were. Keys are dense ids, so a
// table is an array, in pages; a page whose keys have no event left is dropped, so that the spans of a week cost nothing.
//
// One writer, any readers, no locks: the writer stores an event, its links and then the head (release); a reader that
// sees the head sees the event.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Store.Hot;

/// <summary>The newest event of each key.</summary>
sealed class HeadTable
{
    struct Head
    {
        /// <summary>The newest event's position, plus one; 0 for a key without events.</summary>
        public long NewestPlusOne;

        /// <summary>How many events there were, the pruned ones counted.</summary>
        public long Count;
    }

    const int PageMask = Limits.HeadPage - 1;

    volatile Head[]?[] _pages = new Head[]?[1];
    long[] _newestOfPage = new long[1];
    int[] _keysOfPage = new int[1];
    int _livePages, _oldestPage;

    /// <summary>The bytes of all pages.</summary>
    public long Bytes => (long)_livePages * Limits.HeadPage * Unsafe.SizeOf<Head>();

    /// <summary>How many keys have a head.</summary>
    public int Keys { get; private set; }

    /// <summary>Makes a position the newest of a key; gives how far back the one before is, 0 for none. Writer only.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Link(int id, long position)
    {
        if (id == 0) return 0;
        var pages = _pages;
        var pageIndex = (uint)id / Limits.HeadPage;
        var page = pageIndex < (uint)pages.Length ? pages[pageIndex] : null;
        page ??= AddPage(pageIndex);
        _newestOfPage[pageIndex] = position;
        ref var head = ref page[id & PageMask];
        var back = position + 1 - head.NewestPlusOne;
        if (head.NewestPlusOne == 0 || back > uint.MaxValue) back = FirstOfKey(ref head, pageIndex);
        head.Count++;
        Volatile.Write(ref head.NewestPlusOne, position + 1);
        return (uint)back;
    }

    /// <summary>The newest event of a key and how many there were at most; false for a key without events.</summary>
    public bool TryGet(int id, out long newest, out long count)
    {
        (newest, count) = (-1, 0);
        var pages = _pages;
        var pageIndex = (uint)id / Limits.HeadPage;
        if (pageIndex >= (uint)pages.Length || Volatile.Read(ref pages[pageIndex]) is not { } page) return false;
        ref var head = ref page[id & PageMask];
        newest = Volatile.Read(ref head.NewestPlusOne) - 1;
        count = head.Count;
        return newest >= 0;
    }

    /// <summary>Whether a page of keys may have an event. Writer only.</summary>
    public bool HasPage(int index) => index < _pages.Length && _pages[index] is not null;

    /// <summary>Drops the pages that have no event from a position on. Writer only.</summary>
    public void DropPagesBefore(long first)
    {
        var pages = _pages;
        for (var i = _oldestPage; i < pages.Length; i++)
        {
            if (pages[i] is null || _newestOfPage[i] >= first) continue;
            Keys -= _keysOfPage[i];
            _keysOfPage[i] = 0;
            pages[i] = null;
            _livePages--;
        }
        while (_oldestPage < pages.Length - 1 && pages[_oldestPage] is null) _oldestPage++;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    long FirstOfKey(ref Head head, uint page)
    {
        if (head.NewestPlusOne != 0) return 0; // Further back than a link can say, and long pruned.
        Keys++;
        _keysOfPage[page]++;
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    Head[] AddPage(uint index)
    {
        var pages = _pages;
        if (index >= pages.Length)
        {
            var length = Math.Max((int)index + 1, pages.Length * 2);
            Array.Resize(ref _newestOfPage, length);
            Array.Resize(ref _keysOfPage, length);
            Array.Resize(ref pages, length);
        }
        var page = new Head[Limits.HeadPage];
        _oldestPage = Math.Min(_oldestPage, (int)index);
        Volatile.Write(ref pages[index], page);
        _pages = pages;
        _livePages++;
        return page;
    }
}
