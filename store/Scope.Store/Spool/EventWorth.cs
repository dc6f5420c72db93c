// What is worth more when not all can be kept: samples say what is seen a thousand times, spans say what happened, and
// errors say what went wrong; so they go in this order.
using Scope.Events;

namespace Scope.Store.Spool;

/// <summary>How much an event is worth, the least first.</summary>
public enum EventWorth
{
    /// <summary>One of very many that are alike: samples, allocations, tasks, compiled methods, metrics.</summary>
    Sample,
    /// <summary>What happened: requests and all other spans, collections, contention, waits, logs, links.</summary>
    Span,
    /// <summary>What went wrong, and the states that it is judged by: failed spans, exceptions, log records of errors, the process's life.</summary>
    Error,
}

/// <summary>Tells events' worth.</summary>
public static class EventWorths
{
    static readonly EventWorth[] ByKind = Index();

    /// <summary>The worth of an event.</summary>
    public static EventWorth Of(in ScopeEvent e) => (e.Flags & EventFlags.Error) != 0 ? EventWorth.Error : ByKind[(int)e.Kind & ByKind.Length - 1];

    /// <summary>The worth of a kind's events that did not fail.</summary>
    public static EventWorth Of(EventKind kind) => kind switch
    {
        EventKind.Allocation or EventKind.Metric => EventWorth.Sample,
        EventKind.Contention or EventKind.ContentionStart or EventKind.Wait or EventKind.WaitStart or EventKind.PoolAdjust => EventWorth.Span,
        EventKind.Link => EventWorth.Span,
        EventKind.MethodException => EventWorth.Error,
        _ => Of(EventKinds.Rule(kind).Group),
    };

    static EventWorth Of(KindGroup group) => group switch
    {
        KindGroup.Sample or KindGroup.Method or KindGroup.Threading or KindGroup.Code => EventWorth.Sample,
        KindGroup.Exception or KindGroup.State or KindGroup.Scope => EventWorth.Error,
        _ => EventWorth.Span,
    };

    static EventWorth[] Index()
    {
        var index = new EventWorth[64];
        foreach (var rule in EventKinds.All) index[(int)rule.Kind] = Of(rule.Kind);
        return index;
    }
}
