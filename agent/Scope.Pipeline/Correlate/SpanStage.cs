// Starts and ends of spans: the table of what is open, parents and flows of those that only the runtime knows, the message
// links between calls and the requests they became, and the ends of spans whose end never came.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Follows spans from start to end.</summary>
sealed class SpanStage(CorrelatorState state)
{
    const EventFlags Inherited = EventFlags.Background | EventFlags.NoTraceId;

    readonly NameId _request = state.Catalog.Names.Intern("request");

    /// <summary>A span begins.</summary>
    public void Start(ref ScopeEvent e)
    {
        var activity = e.Related.AsActivity;
        if ((e.Flags & EventFlags.SpanUnresolved) != 0)
        {
            activity = e.Span;
            if (TellsOf(activity, ref e)) return;
            IdentifyByActivity(activity, ref e);
        }
        var parent = state.Spans.Find(e.Parent);
        e.Flags |= FlagsFrom(parent, e);
        e.Related = RelatedId.Of(activity);
        if (state.Spans.Find(e.Span) >= 0)
        {
            // Its end was read before it, or it was told twice: nothing new but the event itself.
            state.Emit(ref e);
            return;
        }
        if (state.Spans.IsFull) Abandon(e.Time);
        var at = state.Spans.Add(new()
        {
            Span = e.Span, Parent = e.Parent, Flow = e.Flow, Activity = activity, Kind = e.Kind + 1, Flags = e.Flags & Inherited, Target = e.Target,
            Thread = e.Thread, Start = e.Time, Name = e.Name, Payload = e.Payload, Fault = LastFault.None,
        });
        var id = state.Emit(ref e);
        state.Spans[at].StartEvent = id;
        if (parent >= 0 && e.Kind is EventKind.RequestStart or EventKind.MessageStart && state.Spans[parent].Kind is EventKind.ClientCall or EventKind.Message)
            state.Link(LinkKind.Message, state.Spans[parent].StartEvent, id, e, state.Spans[parent].Span);
    }

    /// <summary>A span ends.</summary>
    public void End(ref ScopeEvent e)
    {
        var activity = e.Related.AsActivity;
        var isRuntimes = (e.Flags & EventFlags.SpanUnresolved) != 0;
        if (isRuntimes) activity = e.Span;
        var at = isRuntimes ? state.Spans.FindByActivity(activity) : state.Spans.Find(e.Span);
        e.Flags &= ~EventFlags.SpanUnresolved;
        e.Related = RelatedId.Of(activity);
        if (isRuntimes && at >= 0 && (state.Spans[at].Flags & EventFlags.NoTraceId) == 0) return; // Another source tells this span.
        if (at < 0) at = BegunBefore(isRuntimes, activity, ref e);
        ref var span = ref state.Spans[at];
        if (isRuntimes) e.Span = span.Span;
        if (e.Parent.IsNone) e.Parent = span.Parent;
        if (e.Flow.IsNone) e.Flow = span.Flow;
        e.Flags |= span.Flags;
        if (e.Value <= 0) e.Value = Math.Max(0, e.Time - span.Start);
        if (e.Name.IsNone || e.Kind == EventKind.Sql && e.Payload.IsNone) e.Name = span.Name.IsNone ? e.Name : span.Name;
        if (e.Name.IsNone) e.Name = _request;
        if (e.Payload.IsNone || e.Kind == EventKind.Sql && !span.Payload.IsNone && e.Name == span.Name) e.Payload = span.Payload.IsNone ? e.Payload : span.Payload;
        var id = state.Emit(ref e);
        if ((e.Flags & EventFlags.Error) != 0) state.Link(LinkKind.ErrorPropagation, span.Fault.Event, id, e, span.Span);
        state.Spans.End(at);
    }

    /// <summary>Ends the spans of a target, or all, that are open.</summary>
    public void Flush(EventTime at, TargetId target)
    {
        int next;
        for (var open = state.Spans.OldestOpen; open >= 0; open = next)
        {
            next = state.Spans[open].Next;
            if (target.IsNone || state.Spans[open].Target == target) EndWithoutEnd(open, at);
        }
    }

    // A command's text, told by the driver's own events inside the span that the bridge tells: facts, not another span.
    bool TellsOf(SpanId activity, ref ScopeEvent e)
    {
        if (e.Kind != EventKind.SqlStart || state.OwnerOf(activity) is not (>= 0 and var owner)) return false;
        ref var span = ref state.Spans[owner];
        if (span.Kind != EventKind.Sql || span.HasEnded || (span.Flags & EventFlags.NoTraceId) != 0) return false;
        (span.Name, span.Payload) = (e.Name, e.Payload);
        return true;
    }

    // Known by its runtime activity only. Ids are used again, so each start is a span of its own.
    void IdentifyByActivity(SpanId activity, ref ScopeEvent e)
    {
        var around = state.OwnerOf(activity);
        if (around >= 0 && state.Spans[around].HasEnded) around = -1;
        e.Span = state.Catalog.Spans.New(state.Catalog.Spans[activity]);
        e.Parent = around >= 0 ? state.Spans[around].Span : default;
        e.Flow = around >= 0 ? state.Spans[around].Flow : state.Catalog.Flows.New();
        e.Flags = e.Flags & ~EventFlags.SpanUnresolved | EventFlags.NoTraceId;
    }

    EventFlags FlagsFrom(int parent, in ScopeEvent e)
    {
        if (parent >= 0) return state.Spans[parent].Flags & EventFlags.Background;
        return e.Parent.IsNone && e.Kind != EventKind.RequestStart ? EventFlags.Background : EventFlags.None;
    }

    // Its start was before we attached. It is remembered as ended, so that late events still find it.
    int BegunBefore(bool isRuntimes, SpanId activity, ref ScopeEvent e)
    {
        e.Flags |= EventFlags.Partial;
        if (isRuntimes)
        {
            e.Span = state.Catalog.Spans.New(state.Catalog.Spans[activity]);
            e.Flow = state.Catalog.Flows.New();
            e.Flags |= EventFlags.NoTraceId;
        }
        if (state.Spans.IsFull) Abandon(e.Time);
        return state.Spans.Add(new()
        {
            Span = e.Span, Parent = e.Parent, Flow = e.Flow, Activity = activity, Kind = e.Kind, Target = e.Target, Thread = e.Thread,
            Flags = FlagsFrom(state.Spans.Find(e.Parent), e with { Kind = e.Kind - 1 }) | e.Flags & EventFlags.NoTraceId,
            Start = e.Time - Math.Max(e.Value, 0), Name = e.Name, StartEvent = EventId.None, Fault = LastFault.None,
        });
    }

    void Abandon(EventTime now)
    {
        state.Ledger.Lost(LossSource.Dictionary, "open spans", now, now, 1);
        EndWithoutEnd(state.Spans.OldestOpen, now);
    }

    void EndWithoutEnd(int at, EventTime now)
    {
        ref var span = ref state.Spans[at];
        var end = new ScopeEvent
        {
            Time = now < span.Start ? span.Start : now, Kind = span.Kind, Target = span.Target, Thread = span.Thread, Span = span.Span, Parent = span.Parent, Flow = span.Flow,
            Flags = span.Flags | EventFlags.Partial, Name = span.Name.IsNone ? _request : span.Name, Payload = span.Payload, Related = RelatedId.Of(span.Activity),
        };
        end.Value = end.Time - span.Start;
        state.Emit(ref end);
        state.Spans.End(at);
    }
}
