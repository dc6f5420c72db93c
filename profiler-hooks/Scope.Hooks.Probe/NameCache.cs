// The names that the collector has told: operations, sources, keys of tags. A name is looked up by a few of its characters
// and then compared, mostly by reference alone; only one that was never seen takes a lock. The number of names is bounded:
// what comes after that is told in full with each record.
using System.Collections.Concurrent;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Names to ids of the region's table.</summary>
internal sealed unsafe class NameCache(byte* region, RegionLayout layout)
{
    const int Slots = 1 << 10;

    readonly Entry?[] _lately = new Entry?[Slots];
    readonly ConcurrentDictionary<string, Entry> _all = new(StringComparer.Ordinal);
    readonly object _gate = new();
    NameWriter _writer = new(region, layout);
    int _count;

    /// <summary>The id of a name; 0 when it is empty or the table has no room for it.</summary>
    public uint IdOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return 0;
        ref var slot = ref _lately[SlotOf(text)];
        if (slot is { } entry && (ReferenceEquals(entry.Text, text) || entry.Text == text))
            return entry.Id;
        if (!_all.TryGetValue(text, out var known) && (known = Add(text)) is null)
            return 0;
        slot = known;
        return known.Id;
    }

    Entry? Add(string text)
    {
        if (Volatile.Read(ref _count) >= HookLimits.MaxNames || text.Length > HookLimits.MaxNameBytes / 3)
            return null;
        lock (_gate)
        {
            if (_all.TryGetValue(text, out var known))
                return known;
            uint id = _writer.Add(text);
            if (id == 0)
            {
                _count = HookLimits.MaxNames;
                return null;
            }
            _count++;
            return _all[text] = new Entry(text, id);
        }
    }

    static int SlotOf(string text) => (int)((uint)(text[0] + text[^1] * 31 + text[text.Length / 2] * 961 + text.Length * 29791) * 0x9E3779B9u >> 22);

    sealed record Entry(string Text, uint Id);
}
