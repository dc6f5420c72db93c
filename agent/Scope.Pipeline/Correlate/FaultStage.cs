// Exceptions, locks and changes of state: whose they are, and what they led to.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Attributes faults and links causes to effects.</summary>
sealed class FaultStage(CorrelatorState state)
{
    const ushort HasInner = 0x1; // The runtime's flag of an exception that wraps another.
    const ushort Starvation = 6, CooperativeBlocking = 8;
    const long SameThrowNanos = 100_000_000; // An await rethrows as soon as its continuation runs.

    EventId _blocking = EventId.None;
    SpanId _blockingSpan;

    /// <summary>Remembers a thread-pool worker that blocks, as the cause of the pool growing.</summary>
    public void Blocked(EventId id, SpanId span) => (_blocking, _blockingSpan) = (id, span);

    /// <summary>An exception was thrown, or thrown again further up.</summary>
    public void Thrown(ref ScopeEvent e)
    {
        var at = state.Attribute(ref e);
        var (earlier, earlierSpan) = EarlierOf(at, e);
        var id = state.Emit(ref e);
        ref var thread = ref state.Threads[e.Thread];
        (thread.Exception, thread.ExceptionAt, thread.ExceptionType) = (id, e.Time, e.Name);
        if (at >= 0) (state.Spans[at].Exception, state.Spans[at].ExceptionType) = (id, e.Name);
        state.Link(LinkKind.ErrorPropagation, earlier, id, e, earlierSpan);
    }

    /// <summary>A state changed: what failed in the same span is why.</summary>
    public void StateChanged(ref ScopeEvent e)
    {
        var at = state.Attribute(ref e);
        var id = state.Emit(ref e);
        if (at >= 0) state.Link(LinkKind.StateTransition, state.Spans[at].Exception, id, e, state.Spans[at].Span);
    }

    /// <summary>The pool changed its number of workers: a worker that blocks on a task is why, where the runtime says so.</summary>
    public void PoolAdjusted(ref ScopeEvent e)
    {
        state.Attribute(ref e);
        var id = state.Emit(ref e);
        if (e.Detail is Starvation or CooperativeBlocking) state.Link(LinkKind.StateTransition, _blocking, id, e, _blockingSpan);
    }

    /// <summary>A thread got the lock that it waited for: from its owner.</summary>
    public void Contended(ref ScopeEvent e)
    {
        state.Attribute(ref e);
        var id = state.Emit(ref e);
        if (e.Related.IsNone) return;
        var owner = state.Threads[e.Related.AsThread];
        var ownerSpan = owner.IsKnown && state.OwnerOf(owner.Activity) is >= 0 and var at ? state.Spans[at].Span : default;
        state.Link(LinkKind.LockHandover, owner.LastEvent, id, e, ownerSpan);
    }

    // The one that this one wraps or repeats: the same thread's or the same span's last, if it says that it wraps one or is
    // of the same type. An exception that crosses an await is thrown anew at each, maybe on another thread.
    (EventId, SpanId) EarlierOf(int at, in ScopeEvent e)
    {
        var wraps = (e.Detail & HasInner) != 0;
        var thread = state.Threads[e.Thread];
        if (thread.Exception != EventId.None && e.Time - thread.ExceptionAt < SameThrowNanos && (wraps || thread.ExceptionType == e.Name)) return (thread.Exception, default);
        if (at < 0) return (EventId.None, default);
        ref var span = ref state.Spans[at];
        return span.Exception != EventId.None && (wraps || span.ExceptionType == e.Name) ? (span.Exception, span.Span) : (EventId.None, default);
    }
}
