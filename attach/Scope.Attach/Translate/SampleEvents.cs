// The sampler's events: where each managed thread stood, some hundred times a second. A sample stands for the time since the
// thread's last one. Most are of threads that wait; one that stands still outside managed code is told in tenths of a second.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates CPU samples.</summary>
/// <param name="t">The translation.</param>
/// <param name="weight">How many times its own time a sample stands for, since samples in bursts stand for the pauses too.</param>
sealed class SampleEvents(Translation t, int weight)
{
    const ushort External = 1, Managed = 2;
    const long FirstNanos = 1_000_000;
    const long MostNanos = 50_000_000; // A longer gap is the sampler's, not the thread's: it was not sampled in between.
    const long StillNanos = 100_000_000;

    readonly Dictionary<long, ThreadSamples> _threads = [];

    sealed class ThreadSamples
    {
        public EventTime Last;
        public ScopeEvent Still;
    }

    public void Register(EventTable table) => table.Add(Providers.Sampler, 0, Sampled);

    // Type: 1 outside managed code, 2 in it.
    void Sampled(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.CpuSample, e);
        made.Detail = (ushort)payload.UInt32();
        if (row.CountTorn(payload.IsTorn || made.Detail is not (External or Managed))) return;
        if (!_threads.TryGetValue(e.ThreadId, out var thread)) _threads[e.ThreadId] = thread = new() { Last = made.Time - FirstNanos };
        made.Value = Math.Clamp(made.Time - thread.Last, 0, MostNanos) * weight;
        thread.Last = made.Time;
        Pass(thread, ref made);
    }

    void Pass(ThreadSamples thread, ref ScopeEvent made)
    {
        ref var still = ref thread.Still;
        if (made.Detail == External && still.Kind != EventKind.None && still.Stack == made.Stack)
        {
            still.Value += made.Value;
            still.Time = made.Time;
            if (still.Value < StillNanos * weight) return;
            t.Emit(still);
            still.Value = 0;
            return;
        }
        if (still.Kind != EventKind.None && still.Value > 0)
        {
            still.Time = made.Time; // In the order of the stream, not a moment earlier.
            t.Emit(still);
        }
        still = made.Detail == External ? made with { Value = 0 } : default;
        t.Emit(made);
    }
}
