// Tasks, and which runtime activity a thread is in. With keyword 0x40000 the task library tells each time that a thread's
// activity is set, also when an execution context is restored on a pool thread: an exact time line from threads to spans.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates the task library's events.</summary>
sealed class TaskEvents(Translation t)
{
    readonly Dictionary<long, SpanId> _current = [];

    public void Register(EventTable table)
    {
        table.Know(Providers.Tasks);
        table.Add(Providers.Tasks, 7, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => OfTask(row, e, ref payload, EventKind.TaskScheduled));
        table.Add(Providers.Tasks, 8, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => OfTask(row, e, ref payload, EventKind.TaskStarted));
        table.Add(Providers.Tasks, 9, Completed);
        table.Add(Providers.Tasks, 10, WaitBegun);
        table.Add(Providers.Tasks, 11, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => OfTask(row, e, ref payload, EventKind.TaskWait));
        table.Add(Providers.Tasks, 25, ActivitySet);
    }

    /// <summary>The stream has ended: from here on nobody tells when a thread's activity changes.</summary>
    public void End()
    {
        if (_current.Count > 0)
            t.Emit(new ScopeEvent { Time = t.LastTime, Kind = EventKind.ActivitySet, Target = t.Target });
    }

    // All begin with: scheduler, originating task, task.
    void OfTask(EventRow row, in NettraceEvent e, ref PayloadCursor payload, EventKind kind)
    {
        var made = t.New(kind, e);
        payload.Skip(8);
        made.Value = payload.UInt32();
        t.Emit(row, made, ref payload);
    }

    void Completed(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.TaskCompleted, e);
        payload.Skip(8);
        made.Value = payload.UInt32();
        made.Detail = (ushort)(payload.UInt32() != 0 ? 1 : 0);
        t.Emit(row, made, ref payload);
    }

    void WaitBegun(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.TaskWaitStart, e);
        payload.Skip(8);
        made.Value = payload.UInt32();
        made.Detail = (ushort)payload.UInt32();
        if (made.Detail == 1) made.Flags |= EventFlags.Blocking;
        t.Emit(row, made, ref payload);
    }

    // The new activity. Most are the same as before: a context restored to none from none.
    void ActivitySet(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var activity = payload.Guid();
        if (row.CountTorn(payload.IsTorn)) return;
        var to = activity == default ? default : t.ActivityOf(activity);
        ref var current = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_current, e.ThreadId, out var known);
        if (known && current == to) return;
        current = to;
        t.Emit(new ScopeEvent { Time = t.TimeOf(e.Ticks), Kind = EventKind.ActivitySet, Flags = EventFlags.SpanUnresolved, Target = t.Target, Thread = t.ThreadOf(e.ThreadId), Span = to });
    }
}
