// Whether the heap grows for good. What is left after each collection goes up and down with the work at hand, so the floor
// counts: the least that was left in the first third of the collections against the least in the last.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The heap after collections, over the window.</summary>
internal sealed class HeapGrowth
{
    const int FewestCollections = 6; // Two for each third.

    readonly List<(EventTime Time, long Bytes, EventId Id)> _after = [];

    public HeapGrowth(Investigation at) => at.History.Visit(at.Window(KindSet.Of(EventKind.GcHeap)), (EventId id, in ScopeEvent e) =>
    {
        _after.Add((e.Time, e.Value, id));
        return true;
    });

    /// <summary>The floor in the first third of the collections, bytes; 0 when there are too few.</summary>
    public long FloorBefore => IsKnown ? _after.Take(_after.Count / 3).Min(a => a.Bytes) : 0;

    /// <summary>The floor in the last third, bytes.</summary>
    public long FloorAfter => IsKnown ? _after.Skip(_after.Count - _after.Count / 3).Min(a => a.Bytes) : 0;

    /// <summary>By how much it rose, bytes; negative when it fell.</summary>
    public long Bytes => FloorAfter - FloorBefore;

    /// <summary>Whether it rose by this share of itself and by so many bytes at the least.</summary>
    public bool Rises(double share, long bytes) => IsKnown && Bytes >= Math.Max(bytes, FloorBefore * share);

    /// <summary>How many collections told their heap.</summary>
    public int Collections => _after.Count;

    /// <summary>Bytes a second.</summary>
    public double BytesPerSecond => IsKnown && _after[^1].Time > _after[0].Time ? Bytes * 1e9 / (_after[^1].Time - _after[0].Time) : 0;

    /// <summary>The first and the last collection.</summary>
    public IEnumerable<EventId> Evidence => _after.Count < 2 ? [] : [_after[0].Id, _after[^1].Id];

    bool IsKnown => _after.Count >= FewestCollections;
}
