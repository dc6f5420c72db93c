// Typed handles. Every name, thread, span … is interned once a recording to a dense int; each sort of int has its own
// type, so that a thread can not be taken for a span. Zero is always "none".
namespace Scope.Events;

/// <summary>The place of an event in its recording: 0 for the first, counting up, never used twice.</summary>
public readonly record struct EventId(long Value) : IComparable<EventId>
{
    /// <summary>No event.</summary>
    public static EventId None => new(-1);

    /// <inheritdoc/>
    public int CompareTo(EventId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString();
}

/// <summary>A target process in a recording.</summary>
public readonly record struct TargetId(ushort Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>An OS thread of a target; look it up in <see cref="Catalog.Threads"/>.</summary>
public readonly record struct ThreadId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A span; look its identity up in <see cref="Catalog.Spans"/>.</summary>
public readonly record struct SpanId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A flow: all that one root span caused; look its trace id up in <see cref="Catalog.Flows"/>.</summary>
public readonly record struct FlowId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A method; look it up in <see cref="Catalog.Methods"/>.</summary>
public readonly record struct MethodId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A loaded module; look it up in <see cref="Catalog.Modules"/>.</summary>
public readonly record struct ModuleId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A place in code; look it up in <see cref="Catalog.CodeNodes"/>.</summary>
public readonly record struct CodeNodeId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>An interned text; look it up in <see cref="Catalog.Names"/>.</summary>
public readonly record struct NameId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A call stack; look its frames up in <see cref="Catalog.Stacks"/>.</summary>
public readonly record struct StackId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A payload; look its fields up in <see cref="Catalog.Payloads"/>.</summary>
public readonly record struct PayloadId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;
}

/// <summary>A second party of an event whose sort depends on the kind; the conversions say which there are.</summary>
public readonly record struct RelatedId(int Value)
{
    /// <summary>Whether there is none.</summary>
    public bool IsNone => Value == 0;

    /// <summary>As the thread that owns the contended lock.</summary>
    public ThreadId AsThread => new(Value);

    /// <summary>As the runtime activity that a span also goes by, until the correlator has read it.</summary>
    public SpanId AsActivity => new(Value);

    /// <summary>The owner of a contended lock.</summary>
    public static RelatedId Of(ThreadId thread) => new(thread.Value);

    /// <summary>The runtime activity of a span.</summary>
    public static RelatedId Of(SpanId activity) => new(activity.Value);
}
