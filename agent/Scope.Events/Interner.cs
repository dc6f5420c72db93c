// Interning: a key becomes a dense int, once. Written by the decoders, read by everyone. A lookup that hits takes no
// lock; a new key takes a short one. Ids are never reused while the recording lives.
using System.Collections.Concurrent;

namespace Scope.Events;

/// <summary>A table from keys to dense ids from 1 up, and back. Safe for any number of threads.</summary>
public sealed class Interner<TKey> where TKey : notnull
{
    readonly ConcurrentDictionary<TKey, int> _ids;
    readonly Lock _grow = new();
    readonly int _limit;
    volatile TKey[] _keys = new TKey[256];
    volatile int _count = 1;

    /// <param name="limit">How many keys at most; past that <see cref="Intern"/> gives 0 and counts an overflow.</param>
    /// <param name="comparer">How keys compare; their own way when null.</param>
    public Interner(int limit, IEqualityComparer<TKey>? comparer = null)
    {
        _limit = limit;
        _ids = new(comparer ?? EqualityComparer<TKey>.Default);
    }

    /// <summary>The id of a key, new or known; 0 when the table is full.</summary>
    public int Intern(TKey key) => _ids.TryGetValue(key, out var id) ? id : Add(key);

    /// <summary>The key of an id that this table gave; throws on any other.</summary>
    public TKey this[int id] => id > 0 && id < _count ? _keys[id] : throw new ArgumentOutOfRangeException(nameof(id), id, $"ids go from 1 to {_count - 1}");

    /// <summary>The key of an id, or false for 0 and for ids that this table did not give.</summary>
    public bool TryGet(int id, out TKey key)
    {
        var known = id > 0 && id < _count;
        key = known ? _keys[id] : default!;
        return known;
    }

    /// <summary>The id of a key if it is known, else 0.</summary>
    public int Find(TKey key) => _ids.GetValueOrDefault(key);

    /// <summary>The same table looked up by characters; for tables of strings with ordinal comparison only.</summary>
    internal ConcurrentDictionary<TKey, int>.AlternateLookup<ReadOnlySpan<char>> ByText => _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The highest id given so far; ids go from 1 to this.</summary>
    public int LastId => _count - 1;

    /// <summary>How often a key was refused because the table was full.</summary>
    public long Overflows => Interlocked.Read(ref _overflows);
    long _overflows;

    int Add(TKey key)
    {
        lock (_grow)
        {
            if (_ids.TryGetValue(key, out var id)) return id;
            if (_count > _limit)
            {
                Interlocked.Increment(ref _overflows);
                return 0;
            }
            id = _count;
            var keys = _keys;
            if (id == keys.Length) Array.Resize(ref keys, id * 2);
            keys[id] = key;
            _keys = keys;
            _count = id + 1;
            _ids[key] = id;
            return id;
        }
    }
}
