// A cache with a bound: it fills, and then stays as it is.
namespace Scenes.Caching;

public sealed class CountryCache
{
    const int Kept = 2_000;

    readonly Dictionary<int, byte[]> _pages = [];
    readonly Queue<int> _oldest = new();
    readonly Lock _lock = new();

    public int Get(int key)
    {
        lock (_lock)
        {
            if (_pages.TryGetValue(key, out byte[]? page))
                return page.Length;
            if (_oldest.Count == Kept)
                _pages.Remove(_oldest.Dequeue());
            _oldest.Enqueue(key);
            return (_pages[key] = new byte[8_000]).Length;
        }
    }
}
