// Samples and hits of probes carry no activity of their own. They belong to the span whose activity their thread is in, where that is known.
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
        state.AttributeByThread(ref e);
        state.Emit(ref e);
    }

    /// <summary>A probed method was called, or what it changed was seen.</summary>
    public void Probed(ref ScopeEvent e)
    {
        state.AttributeByThread(ref e);
        state.Emit(ref e);
    }
}
