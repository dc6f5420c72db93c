// Exceptions, locks and changes of state: whose they are, and what they led to.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>The latest exception of a thread or span.</summary>
readonly record struct LastFault(EventId Event, EventTime At, NameId Type, PayloadId Message)
{
    /// <summary>None yet.</summary>
    public static LastFault None => new(EventId.None, EventTime.Min, default, default);
}

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
        // The runtime's own throwing code stands on top; the place that threw is below it.
        state.Roles.SkipTop(FrameRole.Throwing, ref e);
        var at = state.Attribute(ref e);
        var (earlier, earlierSpan) = EarlierOf(at, e);
        var id = state.Emit(ref e);
        var fault = new LastFault(id, e.Time, e.Name, e.Payload);
        state.Threads[e.Thread].Fault = fault;
        if (at >= 0) state.Spans[at].Fault = fault;
        state.Link(LinkKind.ErrorPropagation, earlier, id, e, earlierSpan);
    }

    /// <summary>A state changed: what failed in the same span is why. What a probe saw change has a method, and carries no activity.</summary>
    public void StateChanged(ref ScopeEvent e)
    {
        var at = e.Method.IsNone ? state.Attribute(ref e) : state.AttributeByThread(ref e);
        if (at >= 0 && !state.Spans[at].HasEnded) state.Spans[at].Flags |= e.Flags & EventFlags.Error;
        var id = state.Emit(ref e);
        if (at >= 0) state.Link(LinkKind.StateTransition, state.Spans[at].Fault.Event, id, e, state.Spans[at].Span);
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

    // The one that this one wraps or repeats: the same thread's or the same span's last, if it says that it wraps one or has
    // the same type and message. An exception that crosses an await is thrown anew at each, maybe on another thread.
    (EventId, SpanId) EarlierOf(int at, in ScopeEvent e)
    {
        var thread = state.Threads[e.Thread];
        if (thread.Fault.Event != EventId.None && e.Time - thread.Fault.At < SameThrowNanos && IsOf(thread.Fault, e)) return (thread.Fault.Event, default);
        if (at < 0 || !IsOf(state.Spans[at].Fault, e)) return (EventId.None, default);
        return (state.Spans[at].Fault.Event, state.Spans[at].Span);
    }

    bool IsOf(in LastFault earlier, in ScopeEvent e) => earlier.Event != EventId.None && ((e.Detail & HasInner) != 0
        || earlier.Type == e.Name && state.Catalog.Payloads.Bytes(earlier.Message).SequenceEqual(state.Catalog.Payloads.Bytes(e.Payload)));
}
