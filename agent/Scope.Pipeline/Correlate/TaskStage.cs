// Which activity a thread is in. Best told by the task library each time it changes; else joined: who waits for a task goes
// on, when the wait ends, in the activity in which it began, and a task runs in the activity in which it was scheduled.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Follows tasks and the activities of threads.</summary>
sealed class TaskStage(CorrelatorState state, FaultStage faults)
{
    readonly (long Task, SpanId Activity, EventId Event, SpanId Span)[] _scheduled = new (long, SpanId, EventId, SpanId)[Limits.TasksRemembered];
    readonly (long Task, SpanId Activity)[] _waits = new (long, SpanId)[Limits.TasksRemembered];

    /// <summary>A task was scheduled, in the activity of the one who did.</summary>
    public void Scheduled(ref ScopeEvent e)
    {
        var activity = ActivityOf(e);
        state.Attribute(ref e);
        var id = state.Emit(ref e);
        _scheduled[SlotOf(e)] = (Key(e), activity, id, e.Span);
    }

    /// <summary>A task runs, in the activity in which it was scheduled.</summary>
    public void Started(ref ScopeEvent e)
    {
        var scheduled = _scheduled[SlotOf(e)];
        var known = scheduled.Task == Key(e);
        if (known)
        {
            Enter(e, scheduled.Activity);
            Become(scheduled.Activity, ref e);
        }
        state.Attribute(ref e);
        var id = state.Emit(ref e);
        if (known) state.Link(LinkKind.TaskSpawn, scheduled.Event, id, e, scheduled.Span);
    }

    /// <summary>Someone begins to wait for a task.</summary>
    public void WaitBegun(ref ScopeEvent e)
    {
        if (ActivityOf(e) is { IsNone: false } activity) _waits[SlotOf(e)] = (Key(e), activity);
        state.Attribute(ref e);
        var id = state.Emit(ref e);
        if ((e.Flags & EventFlags.Blocking) != 0) faults.Blocked(id, e.Span);
    }

    /// <summary>Who waited for a task goes on.</summary>
    public void WaitEnded(ref ScopeEvent e)
    {
        var wait = _waits[SlotOf(e)];
        if (wait.Task == Key(e))
        {
            Enter(e, wait.Activity);
            Become(wait.Activity, ref e);
        }
        state.Attribute(ref e);
        state.Emit(ref e);
    }

    /// <summary>The task library set a thread's activity, or the collector saw it take up a span; without a thread, nobody tells of any more. Not kept in the history: it is what other events get their span from.</summary>
    public void ActivitySet(ref ScopeEvent e)
    {
        if (e.Thread.IsNone)
        {
            state.EndTimeLine(e.Target);
            return;
        }
        var line = (e.Flags & EventFlags.SpanUnresolved) != 0 ? TimeLine.Activities : TimeLine.Spans;
        state.BeginTimeLine(e.Target, line);
        if (line < state.TimeLineOf(e.Target)) return;
        ref var thread = ref state.Threads[e.Thread];
        (thread.Activity, thread.IsKnown) = (e.Span, true);
    }

    void Enter(in ScopeEvent e, SpanId activity)
    {
        ref var thread = ref state.Threads[e.Thread];
        if (!state.HasTimeLine(e.Target)) (thread.Activity, thread.IsKnown) = (activity, true);
    }

    // The thread's own activity at that moment is that of whoever completed the task.
    static void Become(SpanId activity, ref ScopeEvent e)
    {
        if (activity.IsNone) return;
        e.Span = activity;
        e.Flags |= EventFlags.SpanUnresolved | EventFlags.SpanInferred;
    }

    static SpanId ActivityOf(in ScopeEvent e) => (e.Flags & EventFlags.SpanUnresolved) != 0 ? e.Span : default;

    static long Key(in ScopeEvent e) => e.Value << 16 | e.Target.Value;

    static int SlotOf(in ScopeEvent e) => (int)(e.Value + e.Target.Value * 7919) & Limits.TasksRemembered - 1;
}
