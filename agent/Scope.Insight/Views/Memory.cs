// The garbage collector and what was allocated, by type and by the application's method.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The garbage collector in the window.</summary>
internal sealed class Memory
{
    const ushort LargeObject = 1;

    static readonly KindSet Kinds = KindSet.Of(EventKind.GcPause, EventKind.GcEnd, EventKind.GcHeap, EventKind.Allocation);

    readonly Investigation _at;

    public Memory(Investigation at)
    {
        _at = at;
        at.History.Visit(at.Window(Kinds), (EventId id, in ScopeEvent e) =>
        {
            Take(id, e);
            return true;
        });
    }

    /// <summary>How long the target stood still for the collector, ns.</summary>
    public long PausedNanos { get; private set; }

    /// <summary>The longest pause, ns.</summary>
    public long LongestPauseNanos { get; private set; }

    /// <summary>Share of the window that the target stood still, 0 to 1.</summary>
    public double PausedShare => Math.Min(1, PausedNanos / _at.Nanos);

    /// <summary>Collections by generation: 0, 1, 2.</summary>
    public long[] Collections { get; } = new long[3];

    /// <summary>All collections.</summary>
    public long CollectionCount => Collections.Sum();

    /// <summary>Collections by reason.</summary>
    public Tally<NameId> Reasons { get; } = new();

    /// <summary>The largest heap after a collection, bytes.</summary>
    public long LargestHeapBytes { get; private set; }

    /// <summary>Bytes allocated by the application's deepest method; none for stacks without one.</summary>
    public Tally<MethodId> BytesByMethod { get; } = new();

    /// <summary>Bytes allocated by type.</summary>
    public Tally<NameId> BytesByType { get; } = new();

    /// <summary>Types by the method that allocates them most.</summary>
    public Tally<(MethodId Method, NameId Type)> BytesByBoth { get; } = new();

    /// <summary>Of these, bytes of large objects (85,000 bytes and more), with the sort of library that the application called for them.</summary>
    public Tally<(MethodId Method, Callee Callee)> LargeBytes { get; } = new();

    /// <summary>Bytes allocated a second, as sampled.</summary>
    public double BytesPerSecond => BytesByType.Total / _at.Seconds;

    /// <summary>The longest pauses.</summary>
    public TopEvidence Pauses { get; } = new();

    readonly Dictionary<MethodId, TopEvidence> _largest = [];

    /// <summary>The largest allocations of a method.</summary>
    public IReadOnlyList<EventId> AllocationsOf(MethodId method) => _largest.TryGetValue(method, out var largest) ? largest.Ids : [];

    void Take(EventId id, in ScopeEvent e)
    {
        switch (e.Kind)
        {
            case EventKind.GcPause:
                PausedNanos += e.Value;
                LongestPauseNanos = Math.Max(LongestPauseNanos, e.Value);
                Pauses.Offer(id, e.Value);
                break;
            case EventKind.GcEnd:
                Collections[Math.Min((int)e.Detail, 2)]++;
                Reasons.Add(e.Name, 1);
                break;
            case EventKind.GcHeap:
                LargestHeapBytes = Math.Max(LargestHeapBytes, e.Value);
                break;
            default:
                TakeAllocation(id, e);
                break;
        }
    }

    void TakeAllocation(EventId id, in ScopeEvent e)
    {
        var method = _at.AppMethodOf(e);
        BytesByMethod.Add(method, e.Value);
        BytesByType.Add(e.Name, e.Value);
        BytesByBoth.Add((method, e.Name), e.Value);
        if (e.Detail == LargeObject) LargeBytes.Add((method, _at.Stacks.Of(e.Stack).Callee), e.Value);
        if (!_largest.TryGetValue(method, out var largest)) _largest[method] = largest = new();
        largest.Offer(id, e.Value);
    }
}
