// One question to a history: which events, in which order, how many. The same type for every tier.
using Scope.Events;

namespace Scope.Store;

/// <summary>Newest or oldest first.</summary>
public enum EventOrder
{
    /// <summary>By time, oldest first.</summary>
    OldestFirst,
    /// <summary>By time, newest first.</summary>
    NewestFirst,
}

/// <summary>Which events are wanted. What is left at its default filters nothing; what is set must all hold.</summary>
public sealed record EventQuery
{
    /// <summary>All events, oldest first.</summary>
    public static EventQuery All { get; } = new();

    /// <summary>Not before this instant.</summary>
    public EventTime From { get; init; } = EventTime.Min;

    /// <summary>Before this instant.</summary>
    public EventTime To { get; init; } = EventTime.Max;

    /// <summary>Not before the event of this id.</summary>
    public EventId FromId { get; init; }

    /// <summary>Before the event of this id; with it or <see cref="FromId"/> an answer that was cut at its limit goes on.</summary>
    public EventId ToId { get; init; } = new(long.MaxValue);

    /// <summary>Of this process.</summary>
    public TargetId Target { get; init; }

    /// <summary>On this thread.</summary>
    public ThreadId Thread { get; init; }

    /// <summary>In this span.</summary>
    public SpanId Span { get; init; }

    /// <summary>Of this flow.</summary>
    public FlowId Flow { get; init; }

    /// <summary>About this method.</summary>
    public MethodId Method { get; init; }

    /// <summary>About this place in code.</summary>
    public CodeNodeId CodeNode { get; init; }

    /// <summary>Of these kinds.</summary>
    public KindSet Kinds { get; init; }

    /// <summary>With this name.</summary>
    public NameId Name { get; init; }

    /// <summary>Of one of these processes; null for no filter, as with the other sets. A set and its single form must both hold.</summary>
    public HandleSet<TargetId>? Targets { get; init; }

    /// <summary>On one of these threads.</summary>
    public HandleSet<ThreadId>? Threads { get; init; }

    /// <summary>In one of these spans.</summary>
    public HandleSet<SpanId>? Spans { get; init; }

    /// <summary>Of one of these flows.</summary>
    public HandleSet<FlowId>? Flows { get; init; }

    /// <summary>About one of these methods.</summary>
    public HandleSet<MethodId>? Methods { get; init; }

    /// <summary>With one of these names.</summary>
    public HandleSet<NameId>? Names { get; init; }

    /// <summary>Whether any of the sets filters.</summary>
    internal bool HasSets => Targets is not null || Threads is not null || Spans is not null || Flows is not null || Methods is not null || Names is not null;

    /// <summary>With all of these flags.</summary>
    public EventFlags Flags { get; init; }

    /// <summary>With a value (duration in ns for kinds that have one) not below this.</summary>
    public long MinValue { get; init; } = long.MinValue;

    /// <summary>With a value not above this.</summary>
    public long MaxValue { get; init; } = long.MaxValue;

    /// <summary>With this text, in any case, in its name, its method or its payload; null for no filter.</summary>
    public string? Text { get; init; }

    /// <summary>The order of the answer.</summary>
    public EventOrder Order { get; init; }

    /// <summary>How many events at most.</summary>
    public int Limit { get; init; } = int.MaxValue;
}

/// <summary>An event with its id.</summary>
public readonly record struct StoredEvent(EventId Id, ScopeEvent Event);
