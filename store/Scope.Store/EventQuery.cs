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
