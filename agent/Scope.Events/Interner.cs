// Interning: a key becomes a dense int, once. Written by the decoders, read by everyone. A lookup that hits takes no
// lock; a new key takes a short one. Ids are never reused while the recording lives.
using System.Runtime.CompilerServices;

namespace Scope.Events;

/// <summary>A table from keys to dense ids from 1 up, and back. Safe for any number of threads.</summary>
/// <param name="limit">How many keys at most; past that <see cref="Intern"/> gives 0 and counts an overflow.</param>
/// <param name="comparer">How keys compare; their own way when null.</param>
public sealed class Interner<TKey>(int limit, IEqualityComparer<TKey>? comparer = null) where TKey : notnull
{
    readonly HashedIds _ids = new();
    readonly Lock _grow = new();
    volatile TKey[] _keys = new TKey[256];
    volatile int _count = 1;

    /// <summary>The id of a key, new or known; 0 when the table is full.</summary>
    public int Intern(TKey key)
    {
        var hash = HashOf(key);
        return Find(key, hash) is not 0 and var id ? id : Add(key, hash);
    }

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
    public int Find(TKey key) => Find(key, HashOf(key));

    /// <summary>The ids whose keys have a hash, for who can compare a key without making it; the hash is that of <see cref="EqualityComparer{T}.Default"/>.</summary>
    internal HashedIds.Candidates Candidates(int hash) => _ids.Of(HashedIds.Mixed((uint)hash));

    /// <summary>The highest id given so far; ids go from 1 to this.</summary>
    public int LastId => _count - 1;

    /// <summary>How often a key was refused because the table was full.</summary>
    public long Overflows => Interlocked.Read(ref _overflows);
    long _overflows;

    uint HashOf(TKey key) => HashedIds.Mixed((uint)(comparer is null ? EqualityComparer<TKey>.Default.GetHashCode(key) : comparer.GetHashCode(key)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Find(TKey key, uint hash)
    {
        var candidates = _ids.Of(hash);
        while (candidates.Next() is not 0 and var id)
            if (comparer is null ? EqualityComparer<TKey>.Default.Equals(_keys[id], key) : comparer.Equals(_keys[id], key)) return id;
        return 0;
    }

    int Add(TKey key, uint hash)
    {
        lock (_grow)
        {
            if (Find(key, hash) is not 0 and var known) return known;
            if (_count > limit)
            {
                Interlocked.Increment(ref _overflows);
                return 0;
            }
            var id = _count;
            var keys = _keys;
            if (id == keys.Length) Array.Resize(ref keys, id * 2);
            keys[id] = key;
            _keys = keys;
            _count = id + 1;
            _ids.Add(hash, id);
            return id;
        }
    }
}
