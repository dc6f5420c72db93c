// Samples carry no activity of their own. A sample belongs to the span whose activity its thread is in, where that is known.
// And the sampler says of threads that wait and of threads that run that they are there: what stands on top tells them apart.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Attributes samples.</summary>
sealed class SampleStage(CorrelatorState state)
{
    /// <summary>A thread was sampled.</summary>
    public void Sampled(ref ScopeEvent e)
    {
        state.Roles.SkipTop(FrameRole.Stub, ref e);
        if (state.Roles.Of(e.Method) != FrameRole.Waiting) e.Flags |= EventFlags.OnCpu;
        ref var thread = ref state.Threads[e.Thread];
        if (e.Span.IsNone && thread.IsKnown && !thread.Activity.IsNone)
        {
            e.Span = thread.Activity;
            e.Flags |= EventFlags.SpanUnresolved;
        }
        if (state.Attribute(ref e) >= 0) e.Flags |= EventFlags.SpanInferred;
        state.Emit(ref e);
    }
}
