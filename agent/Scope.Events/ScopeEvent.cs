// The event: one fixed-size record of something that happened, the same 64 bytes in the ring, in the hot index
// and, column by column, in a segment. Blittable, so that moving it is a copy and storing it needs no serializer.
using System.Runtime.InteropServices;

namespace Scope.Events;

/// <summary>
/// One thing that happened in a target, in 64 bytes. Which kind fills which field is written in <see cref="EventKinds"/>;
/// a field that a kind does not fill is zero, which is "none" for every handle.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = SizeBytes)]
public struct ScopeEvent
{
    /// <summary>The size of an event in bytes: one cache line.</summary>
    public const int SizeBytes = 64;

    /// <summary>When it happened; for kinds that have a duration, when it ended.</summary>
    public EventTime Time;

    /// <summary>A duration in nanoseconds or a plain value, by kind.</summary>
    public long Value;

    /// <summary>What happened.</summary>
    public EventKind Kind;

    /// <summary>What is special about it.</summary>
    public EventFlags Flags;

    /// <summary>The process it happened in.</summary>
    public TargetId Target;

    /// <summary>A small number whose meaning is the kind's: HTTP status, log level, GC generation …</summary>
    public ushort Detail;

    /// <summary>The OS thread it happened on.</summary>
    public ThreadId Thread;

    /// <summary>The span it belongs to; on span events, the span itself.</summary>
    public SpanId Span;

    /// <summary>The span above <see cref="Span"/>.</summary>
    public SpanId Parent;

    /// <summary>Everything that one root span caused.</summary>
    public FlowId Flow;

    /// <summary>The method it is about: thrown from, sampled in, compiled, entered.</summary>
    public MethodId Method;

    /// <summary>The place in code it is about, finer than the method.</summary>
    public CodeNodeId CodeNode;

    /// <summary>The interned name that says what it is: route, exception type, SQL, log category, metric …</summary>
    public NameId Name;

    /// <summary>The call stack it was raised with.</summary>
    public StackId Stack;

    /// <summary>The variable part, held apart: tags, message, full SQL.</summary>
    public PayloadId Payload;

    /// <summary>A second party, by kind: lock owner's thread, runtime activity, task, distance to a link's effect.</summary>
    public RelatedId Related;

    /// <summary>When it began: <see cref="Time"/> less the duration for kinds that have one, else <see cref="Time"/>.</summary>
    public readonly EventTime StartTime => EventKinds.HasDuration(Kind) ? Time - Value : Time;
}
