// What the stages of the correlator share: the tables, the way from a runtime activity to a span, and the way out.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>The correlator's tables. Used by its thread.</summary>
sealed class CorrelatorState(Catalog catalog, Ledger ledger, IEventSink output)
{
    const int EnclosingCache = 1 << 14;
    const int DeepestPath = 24;

    // What happens in the course of some work; the rest happens to the process.
    static readonly KindSet OfSpans = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionCaught, EventKind.Allocation, EventKind.Contention,
        EventKind.Wait, EventKind.TaskScheduled, EventKind.TaskStarted, EventKind.TaskWait, EventKind.CpuSample, EventKind.Log);

    TimeLine[] _timeLines = new TimeLine[16];
    readonly (SpanId Activity, SpanId Enclosing)[] _enclosing = new (SpanId, SpanId)[EnclosingCache];

    public Catalog Catalog => catalog;
    public Ledger Ledger => ledger;
    public IEventSink Output => output;
    public SpanTable Spans { get; } = new();
    public ThreadTable Threads { get; } = new();
    public FrameRoles Roles { get; } = new(catalog);
    public long Attributed { get; private set; }
    public long Unattributed { get; private set; }

    /// <summary>Whether each change of what a process's threads work for is told now, so that nothing need be joined.</summary>
    public bool HasTimeLine(TargetId target) => TimeLineOf(target) != TimeLine.None;

    /// <summary>What is told of a process's threads now.</summary>
    public TimeLine TimeLineOf(TargetId target) => target.Value < _timeLines.Length ? _timeLines[target.Value] : TimeLine.None;

    /// <summary>A time line of a process begins, where none that says more is there already.</summary>
    public void BeginTimeLine(TargetId target, TimeLine line)
    {
        if (TimeLineOf(target) >= line) return;
        if (target.Value >= _timeLines.Length) Array.Resize(ref _timeLines, target.Value + 1);
        _timeLines[target.Value] = line;
        Threads.ForgetActivities(thread => catalog.Threads.TryGet(thread, out var key) && key.Target == target);
    }

    /// <summary>The time line of a process ends; what was known of its threads grows old from here on.</summary>
    public void EndTimeLine(TargetId target)
    {
        if (!HasTimeLine(target)) return;
        _timeLines[target.Value] = TimeLine.None;
        Threads.ForgetActivities(thread => catalog.Threads.TryGet(thread, out var key) && key.Target == target);
    }

    /// <summary>The id of the event that went out last for the event in hand.</summary>
    public EventId Last { get; set; }

    EventId _newest = EventId.None;

    /// <summary>Passes an event on; none when the way out leaves it out.</summary>
    public EventId Emit(ref ScopeEvent e)
    {
        if (e.Method.IsNone && !e.CodeNode.IsNone) e.Method = catalog.CodeNodes.MethodOf(e.CodeNode);
        Last = output.Append(e);
        if (Last != EventId.None) _newest = Last;
        Threads[e.Thread].LastEvent = Last;
        return Last;
    }

    /// <summary>Says that one event is the cause of the one that went out just now, or of an earlier one. The link has the effect's span and, as its parent, the cause's.</summary>
    public void Link(LinkKind kind, EventId cause, EventId effect, in ScopeEvent of, SpanId causeSpan = default)
    {
        if (cause == EventId.None || effect == EventId.None || cause == effect) return;
        var next = _newest.Value + 1;
        var link = new ScopeEvent
        {
            Time = of.Time, Kind = EventKind.Link, Target = of.Target, Thread = of.Thread, Span = of.Span, Parent = causeSpan, Flow = of.Flow,
            Value = cause.Value, Detail = (ushort)kind, Related = new((int)(next - effect.Value)),
        };
        if (output.Append(link) is var id && id != EventId.None) Last = _newest = id;
    }

    /// <summary>Gives an event the span that it belongs to, where its source told a runtime activity or a span.</summary>
    public int Attribute(ref ScopeEvent e)
    {
        var at = -1;
        if (TimeLineOf(e.Target) == TimeLine.Spans) AskThread(ref e);
        if ((e.Flags & EventFlags.SpanUnresolved) != 0)
        {
            // While each change is told, an event that a thread raises says what it is in until then.
            if (HasTimeLine(e.Target) && (e.Flags & EventFlags.SpanInferred) == 0) (Threads[e.Thread].Activity, Threads[e.Thread].IsKnown) = (e.Span, true);
            at = OwnerOf(e.Span);
            e.Flags &= ~EventFlags.SpanUnresolved;
            e.Span = default;
        }
        else if (!e.Span.IsNone) at = Spans.Find(e.Span);
        if (at >= 0) Give(at, ref e);
        else if (e.Span.IsNone && OfSpans.Contains(e.Kind)) Unattributed++;
        return at;
    }

    // The span that its thread works for says more than a runtime activity, which stands for the nearest one that we were told of.
    void AskThread(ref ScopeEvent e)
    {
        var isOpen = e.Span.IsNone || (e.Flags & EventFlags.SpanUnresolved) != 0;
        if (!isOpen || !OfSpans.Contains(e.Kind)) return;
        e.Span = Threads[e.Thread].Activity;
        e.Flags |= EventFlags.SpanUnresolved;
    }

    /// <summary>Gives an event that carries no activity the span of its thread, where that is known; its place, or -1.</summary>
    public int AttributeByThread(ref ScopeEvent e)
    {
        ref var thread = ref Threads[e.Thread];
        if (e.Span.IsNone && thread.IsKnown && !thread.Activity.IsNone)
        {
            e.Span = thread.Activity;
            e.Flags |= EventFlags.SpanUnresolved;
        }
        var at = Attribute(ref e);
        if (at >= 0) e.Flags |= EventFlags.SpanInferred;
        return at;
    }

    /// <summary>Gives an event a span that we know.</summary>
    public void Give(int at, ref ScopeEvent e)
    {
        Attributed++;
        ref var owner = ref Spans[at];
        (e.Span, e.Parent, e.Flow) = (owner.Span, owner.Parent, owner.Flow);
        e.Flags |= owner.Flags;
    }

    /// <summary>The place of the nearest known span around a runtime activity, or -1. The latest that began in it wins: the runtime uses ids again. A span's own place where it is one.</summary>
    public int OwnerOf(SpanId activity)
    {
        if (!catalog.Spans[activity].IsActivity) return Spans.Find(activity);
        for (var i = 0; i < DeepestPath && !activity.IsNone; i++)
        {
            if (Spans.FindByActivity(activity) is >= 0 and var at) return at;
            activity = EnclosingOf(activity);
        }
        return -1;
    }

    SpanId EnclosingOf(SpanId activity)
    {
        ref var cached = ref _enclosing[activity.Value & EnclosingCache - 1];
        if (cached.Activity == activity) return cached.Enclosing;
        // Interned even when nobody told of it: it may come, and its own enclosing one may be known already.
        var enclosing = ActivityPath.TryEnclosing(catalog.Spans[activity], out var key) ? catalog.Spans.Intern(key) : default;
        cached = (activity, enclosing);
        return enclosing;
    }
}
