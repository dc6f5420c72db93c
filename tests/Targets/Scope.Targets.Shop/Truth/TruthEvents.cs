// Markers in the event stream itself: between BurnBegan and BurnEnded of a thread, every CPU sample of that thread belongs
// to the span that the markers name. The names avoid Start and Stop, which would make the runtime open activities of its own.
using System.Diagnostics.Tracing;

namespace Scope.Targets.Shop.Truth;

/// <summary>The event source "Scope-Truth".</summary>
[EventSource(Name = "Scope-Truth")]
public sealed class TruthEvents : EventSource
{
    public static readonly TruthEvents Log = new();

    /// <summary>This thread works for a span from now on.</summary>
    [Event(1, Level = EventLevel.Informational)]
    public void BurnBegan(string span, int thread) => WriteEvent(1, span, thread);

    /// <summary>This thread no longer works for the span.</summary>
    [Event(2, Level = EventLevel.Informational)]
    public void BurnEnded(string span, int thread) => WriteEvent(2, span, thread);
}
