// Payloads: the variable part of an event, as fields of key and UTF-8 text, in chunks of memory that are dropped oldest
// first. Layout of one payload: for each field, key's name id and length as varints, then the bytes. In a chunk a varint of
// its length stands before it; where that is takes four bytes, because small payloads are many.
namespace Scope.Events;

/// <summary>The payloads of a recording, bounded in bytes; the oldest are forgotten first and then read as empty.</summary>
/// <param name="limitBytes">The bound, of the payloads and of the places where they lie.</param>
public sealed class Payloads(long limitBytes = Limits.PayloadStoreBytes)
{
    const int OffsetBits = 20, ChunkBytes = 1 << OffsetBits;
    const int PageSize = 1 << 14, PageBytes = PageSize * sizeof(uint);
    const int MostBytes = ChunkBytes / 8; // With these as many chunks as a page can tell apart are enough for it; what makes payloads cuts them much sooner.
    const int LengthBytes = 3;

    /// <summary>Where some consecutive payloads lie: the chunk, counted from the one where the first of them lies, and the offset in it.</summary>
    sealed class Page(int firstChunk)
    {
        public readonly int FirstChunk = firstChunk;
        public readonly uint[] Places = new uint[PageSize];
    }

    readonly Lock _grow = new();
    long _limitBytes = limitBytes;
    volatile byte[]?[] _chunks = [GC.AllocateUninitializedArray<byte>(ChunkBytes)];
    volatile Page?[] _pages = [new(0)];
    volatile int _first = 1, _count = 1;
    int _oldestChunk, _newestChunk;
    int _used;

    /// <summary>Keeps a payload's bytes, as <see cref="PayloadWriter"/> made them; none for an empty one.</summary>
    public PayloadId Add(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return default;
        if (payload.Length > MostBytes) payload = payload[..MostBytes];
        lock (_grow)
        {
            if (_used + LengthBytes + payload.Length > ChunkBytes) NextChunk();
            var id = _count;
            var page = id % PageSize == 0 ? AddPage(id / PageSize) : _pages[id / PageSize]!;
            page.Places[id % PageSize] = (uint)(_newestChunk - page.FirstChunk << OffsetBits | _used);
            var room = _chunks[_newestChunk].AsSpan(_used);
            var length = Varint.Write(room, (uint)payload.Length);
            payload.CopyTo(room[length..]);
            _used += length + payload.Length;
            _count = id + 1;
            return new(id);
        }
    }

    /// <summary>Goes on after an id; those up to it that were not given are as forgotten.</summary>
    public void Skip(int lastId)
    {
        lock (_grow)
        {
            if (_first == _count && lastId >= _count) // Nothing is held, and nothing need be for those between.
            {
                if (_pages.ElementAtOrDefault(lastId / PageSize) is null) AddPage(lastId / PageSize);
                _first = _count = lastId + 1;
            }
        }
        while (LastId < lastId) Add(NoField);
    }

    /// <summary>Forgets those up to one, but for the last megabyte or so of them: they are kept elsewhere now.</summary>
    public void Forget(PayloadId last)
    {
        lock (_grow)
            while (_oldestChunk < _newestChunk && FirstOf(_oldestChunk + 1) <= last.Value) ForgetOldest();
    }

    static ReadOnlySpan<byte> NoField => [0, 0]; // A payload without bytes would have no id.

    /// <summary>The bytes of a payload; empty for none and for one that has been forgotten.</summary>
    public ReadOnlySpan<byte> Bytes(PayloadId id)
    {
        if (id.Value < _first || id.Value >= _count || _pages[id.Value / PageSize] is not { } page) return default;
        var place = page.Places[id.Value % PageSize];
        if (_chunks[page.FirstChunk + (int)(place >> OffsetBits)] is not { } chunk) return default;
        ReadOnlySpan<byte> rest = chunk.AsSpan((int)(place & ChunkBytes - 1));
        return Varint.TryRead(ref rest, out var length) ? rest[..(int)length] : default;
    }

    /// <summary>The fields of a payload, one by one.</summary>
    public PayloadReader Read(PayloadId id) => new(Bytes(id));

    /// <summary>Whether the payload was kept once and has been forgotten since.</summary>
    public bool IsForgotten(PayloadId id) => id.Value > 0 && id.Value < _count && Bytes(id).IsEmpty;

    /// <summary>The text of one field, or null when the payload has none of that key.</summary>
    public string? Field(PayloadId id, NameId key)
    {
        var reader = Read(id);
        while (reader.Next()) if (reader.Key == key) return System.Text.Encoding.UTF8.GetString(reader.Value);
        return null;
    }

    /// <summary>The bound; another one holds from the next chunk on.</summary>
    public long LimitBytes
    {
        get => Volatile.Read(ref _limitBytes);
        set => Volatile.Write(ref _limitBytes, value);
    }

    /// <summary>Memory that they take, bytes.</summary>
    public long HeldBytes => BytesWithOneMore - ChunkBytes;

    /// <summary>How many payloads have been forgotten to stay within the bound.</summary>
    public long Forgotten { get; private set; }

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _count - 1;

    void NextChunk()
    {
        while (_oldestChunk <= _newestChunk && BytesWithOneMore > Volatile.Read(ref _limitBytes)) ForgetOldest();
        var chunks = _chunks;
        if (_newestChunk + 1 == chunks.Length) Array.Resize(ref chunks, chunks.Length * 2);
        chunks[++_newestChunk] = GC.AllocateUninitializedArray<byte>(ChunkBytes);
        _chunks = chunks;
        _used = 0;
    }

    long BytesWithOneMore => (_newestChunk - _oldestChunk + 2L) * ChunkBytes + (_count / PageSize - _first / PageSize + 2L) * PageBytes;

    Page AddPage(int index)
    {
        var pages = _pages;
        if (index >= pages.Length) Array.Resize(ref pages, index * 2);
        var page = pages[index] = new(_newestChunk);
        _pages = pages;
        return page;
    }

    void ForgetOldest()
    {
        _oldestChunk++;
        var (page, kept) = (_first / PageSize, FirstOf(_oldestChunk));
        Forgotten += kept - _first;
        _first = kept;
        _chunks[_oldestChunk - 1] = null;
        for (; page < kept / PageSize; page++) _pages[page] = null; // Else a recorder that runs for days would keep the places of all it ever forgot.
    }

    int FirstOf(int chunk)
    {
        int low = _first, high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (ChunkOf(middle) < chunk) low = middle + 1; else high = middle;
        }
        return low;
    }

    int ChunkOf(int id) => _pages[id / PageSize]!.FirstChunk + (int)(_pages[id / PageSize]!.Places[id % PageSize] >> OffsetBits);
}
