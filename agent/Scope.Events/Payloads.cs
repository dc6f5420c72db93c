// Payloads: the variable part of an event, as fields of key and UTF-8 text, in chunks of memory that are dropped oldest
// first. Layout of one payload: for each field, key's name id and length as varints, then the bytes.
namespace Scope.Events;

/// <summary>The payloads of a recording, bounded in bytes; the oldest are forgotten first and then read as empty.</summary>
public sealed class Payloads(long limitBytes = Limits.PayloadStoreBytes)
{
    const int ChunkBytes = 1 << 20;
    const int PageSize = 1 << 14;

    readonly record struct Place(int Chunk, int Offset, int Length);

    readonly Lock _grow = new();
    volatile byte[]?[] _chunks = [GC.AllocateUninitializedArray<byte>(ChunkBytes)];
    volatile Place[]?[] _pages = [new Place[PageSize]];
    volatile int _first = 1, _count = 1;
    int _oldestChunk;
    int _used;

    /// <summary>Keeps a payload's bytes, as <see cref="PayloadWriter"/> made them; none for an empty one.</summary>
    public PayloadId Add(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return default;
        lock (_grow)
        {
            if (_used + payload.Length > ChunkBytes) NextChunk();
            payload.CopyTo(_chunks[^1].AsSpan(_used));
            var id = _count;
            if (id / PageSize == _pages.Length) _pages = [.. _pages, new Place[PageSize]];
            PageOf(id)[id % PageSize] = new(_chunks.Length - 1, _used, payload.Length);
            _used += payload.Length;
            _count = id + 1;
            return new(id);
        }
    }

    /// <summary>The bytes of a payload; empty for none and for one that has been forgotten.</summary>
    public ReadOnlySpan<byte> Bytes(PayloadId id)
    {
        if (id.Value < _first || id.Value >= _count || _pages[id.Value / PageSize] is not { } page) return default;
        var place = page[id.Value % PageSize];
        return _chunks[place.Chunk] is { } chunk ? chunk.AsSpan(place.Offset, place.Length) : default;
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

    /// <summary>How many payloads have been forgotten to stay within the bound.</summary>
    public long Forgotten { get; private set; }

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _count - 1;

    void NextChunk()
    {
        if ((_chunks.Length - _oldestChunk + 1L) * ChunkBytes > limitBytes) ForgetOldest();
        _chunks = [.. _chunks, GC.AllocateUninitializedArray<byte>(ChunkBytes)];
        _used = 0;
    }

    void ForgetOldest()
    {
        _chunks[_oldestChunk++] = null;
        var (page, kept) = (_first / PageSize, FirstOf(_oldestChunk));
        Forgotten += kept - _first;
        _first = kept;
        for (; page < kept / PageSize; page++) _pages[page] = null; // Else a recorder that runs for days would keep the places of all it ever forgot.
    }

    int FirstOf(int chunk)
    {
        int low = _first, high = _count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (PageOf(middle)[middle % PageSize].Chunk < chunk) low = middle + 1; else high = middle;
        }
        return low;
    }

    Place[] PageOf(int id) => _pages[id / PageSize]!;
}
