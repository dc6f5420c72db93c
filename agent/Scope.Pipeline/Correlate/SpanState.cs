// What the correlator knows of one span while it is open, and for a while after it has ended.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>A span in the correlator's table.</summary>
struct SpanState
{
    /// <summary>The span.</summary>
    public SpanId Span;

    /// <summary>The span above it.</summary>
    public SpanId Parent;

    /// <summary>Its flow.</summary>
    public FlowId Flow;

    /// <summary>The runtime activity that it also goes by.</summary>
    public SpanId Activity;

    /// <summary>The kind of its end.</summary>
    public EventKind Kind;

    /// <summary>Flags that its events inherit.</summary>
    public EventFlags Flags;

    /// <summary>The process it is in.</summary>
    public TargetId Target;

    /// <summary>Whether its end has come.</summary>
    public bool HasEnded;

    /// <summary>The thread it began on.</summary>
    public ThreadId Thread;

    /// <summary>When it began.</summary>
    public EventTime Start;

    /// <summary>The event that told its beginning.</summary>
    public EventId StartEvent;

    /// <summary>What it is called so far.</summary>
    public NameId Name;

    /// <summary>Its payload so far.</summary>
    public PayloadId Payload;

    /// <summary>The latest exception in it.</summary>
    public LastFault Fault;

    /// <summary>Neighbours in the list of open or of ended spans; -1 for none.</summary>
    public int Previous, Next;
}
