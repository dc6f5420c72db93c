// What is special about an event, in bits. Kept to sixteen: a flag earns its place by a query or a finding that asks for it.
namespace Scope.Events;

/// <summary>What is special about an event.</summary>
[Flags]
public enum EventFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The work failed: a 5xx answer, a span with status Error, a log of level Error or worse.</summary>
    Error = 1,

    /// <summary>The span was found by joining (a sample with a task wait), not told by the source.</summary>
    SpanInferred = 2,

    /// <summary>The beginning was before we attached, or the end had not come when we stopped.</summary>
    Partial = 4,

    /// <summary>A sample whose thread was running, not waiting.</summary>
    OnCpu = 8,

    /// <summary>The payload was cut to its limit or lost.</summary>
    PayloadCut = 16,

    /// <summary>Known by its runtime activity only; there is no W3C trace id.</summary>
    NoTraceId = 32,

    /// <summary>Identity in <see cref="ScopeEvent.Span"/> is still the source's and not yet the correlator's.</summary>
    SpanUnresolved = 64,

    /// <summary>Its root is not a request but work that the process gave itself.</summary>
    Background = 128,

    /// <summary>It blocks a thread-pool worker: synchronous waiting over asynchronous work.</summary>
    Blocking = 256,

    /// <summary>Sampled out in part: it stands for <see cref="ScopeEvent.Detail"/> like it.</summary>
    Sampled = 512,
}
