// A set of kinds in one ulong: a filter that costs a shift and an AND for each event.
namespace Scope.Events;

/// <summary>A set of event kinds; the empty set means "all" where it filters.</summary>
public readonly record struct KindSet(ulong Bits)
{
    /// <summary>No filter: every kind.</summary>
    public static KindSet All => default;

    /// <summary>The ends of spans: what a waterfall is drawn from.</summary>
    public static KindSet Spans { get; } = Of(EventKind.Request, EventKind.ClientCall, EventKind.Sql, EventKind.Message, EventKind.Activity);

    /// <summary>The beginnings of spans.</summary>
    public static KindSet SpanStarts { get; } = Of(EventKind.RequestStart, EventKind.ClientCallStart, EventKind.SqlStart, EventKind.MessageStart, EventKind.ActivityStart);

    /// <summary>The set of these kinds.</summary>
    public static KindSet Of(params ReadOnlySpan<EventKind> kinds)
    {
        ulong bits = 0;
        foreach (var kind in kinds) bits |= 1UL << (int)kind;
        return new(bits);
    }

    /// <summary>Whether the kind passes: it is in the set, or the set is empty and filters nothing.</summary>
    public bool Passes(EventKind kind) => Bits == 0 || (Bits >> (int)kind & 1) != 0;

    /// <summary>Whether the kind is a member; nothing is a member of the empty set.</summary>
    public bool Contains(EventKind kind) => (Bits >> (int)kind & 1) != 0;

    /// <summary>The one kind in it, or None when it holds none or several.</summary>
    public EventKind Single => System.Numerics.BitOperations.PopCount(Bits) == 1 ? (EventKind)System.Numerics.BitOperations.TrailingZeroCount(Bits) : EventKind.None;
}
