// Counters under one lock that is held for nanoseconds.
namespace Scenes.Stats;

public sealed class CounterBoard
{
    readonly Dictionary<int, long> _counts = [];
    readonly Lock _lock = new();

    public long Count(int key)
    {
        for (int i = 0; i < 200; i++)
            lock (_lock)
                _counts[key % 16] = _counts.GetValueOrDefault(key % 16) + 1;
        lock (_lock)
            return _counts[key % 16];
    }
}
