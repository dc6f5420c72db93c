// The collector's life: made once a process, woken again by each call of Initialize. One background thread looks twenty
// times a second at what the agent wants and whether it is still there; it listens while both say so, and ends when the
// agent has been silent for three seconds. So a killed agent costs the target nothing from then on.
using System.Diagnostics;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Starts and stops the listening.</summary>
internal static unsafe class Collector
{
    const int LookMillis = 50;
    const double SilentSeconds = 3;
    const int StackBytes = 128 * 1024;

    static readonly object Gate = new();
    static readonly AutoResetEvent Asked = new(false);
    static byte* s_region;
    static SpanListener? s_listener;
    static bool s_running;

    /// <summary>Makes the shared memory at the first call, and the thread whenever there is none.</summary>
    public static void Start()
    {
        lock (Gate)
        {
            if (s_region == null)
                s_region = SharedMemory.Make(RegionLayout.Usual);
            if (s_region == null)
                return;
            // The agent that had us loaded counts as alive from now on: it has to find the memory first.
            Volatile.Write(ref Header->HeartbeatTicks, Stopwatch.GetTimestamp());
            Asked.Set();
            if (s_running)
                return;
            s_running = true;
            new Thread(Watch, StackBytes) { IsBackground = true, Name = "scope-hooks" }.UnsafeStart();
        }
    }

    static void Watch()
    {
        try
        {
            while (!EndIfSilent())
            {
                Apply((HookFeatures)Volatile.Read(ref Header->Wanted));
                Asked.WaitOne(LookMillis);
            }
        }
        catch
        {
            Interlocked.Increment(ref Header->Errors);
            lock (Gate)
                End(HookState.Failed);
        }
    }

    // Under the lock, so that an agent that comes back in this moment finds either a thread that goes on or none.
    static bool EndIfSilent()
    {
        lock (Gate)
        {
            bool isSilent = Stopwatch.GetElapsedTime(Volatile.Read(ref Header->HeartbeatTicks)).TotalSeconds > SilentSeconds;
            if (isSilent)
                End(HookState.AgentSilent);
            return isSilent;
        }
    }

    static void Apply(HookFeatures wanted)
    {
        if (wanted == (HookFeatures)Header->Active)
            return;
        s_listener?.Dispose();
        s_listener = (wanted & (HookFeatures.SpanStops | HookFeatures.SpanStarts)) == 0 ? null : new SpanListener(s_region, RegionLayout.Usual, wanted);
        Volatile.Write(ref Header->State, (int)(s_listener is null ? HookState.Idle : HookState.Active));
        Volatile.Write(ref Header->Active, (int)wanted);
    }

    static void End(HookState state)
    {
        s_listener?.Dispose();
        s_listener = null;
        Header->Wanted = 0;
        Volatile.Write(ref Header->Active, 0);
        Volatile.Write(ref Header->State, (int)state);
        s_running = false;
    }

    static RegionHeader* Header => (RegionHeader*)s_region;
}
