// The collector's life: made once a process, woken again by each call of Initialize. One background thread looks twenty
// times a second at what the agent wants and whether it is still there; it listens while both say so, and ends when the
// agent wants nothing more or has been silent for two seconds. So a killed agent costs the target nothing from then on.
using System.Diagnostics;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Starts and stops the listening.</summary>
internal static unsafe class Collector
{
    const int LookMillis = 50;
    const double SilentSeconds = 2;
    const int StackBytes = 128 * 1024;
    const string Exporter = "OpenTelemetry";

    static readonly object Gate = new();
    static readonly AutoResetEvent Asked = new(false);
    static byte* s_region;
    static NameCache? s_names;
    static SpanListener? s_listener;
    static bool s_running, s_knewExporter;
    static volatile bool s_hasExporter;

    /// <summary>Makes the shared memory at the first call, and the thread whenever there is none.</summary>
    public static void Start()
    {
        lock (Gate)
        {
            bool isFirst = s_region == null;
            if (isFirst && (s_region = SharedMemory.Make()) == null)
                return;
            s_names ??= new NameCache(s_region, SharedMemory.Layout);
            // The agent that had us loaded counts as alive from now on: it has to find the memory first.
            Volatile.Write(ref Header->HeartbeatTicks, Stopwatch.GetTimestamp());
            Asked.Set();
            if (s_running)
                return;
            s_running = true;
            Volatile.Write(ref Header->State, (int)HookState.Idle);
            try
            {
                Run(isFirst);
            }
            catch
            {
                Interlocked.Increment(ref Header->Errors);
                End(HookState.Failed); // Without the thread nobody would ever turn it off.
            }
        }
    }

    static void Run(bool isFirst)
    {
        AppDomain.CurrentDomain.AssemblyLoad += SeeAssembly;
        s_hasExporter |= Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == Exporter);
        if (isFirst)
            Begin();
        new Thread(Watch, StackBytes) { IsBackground = true, Name = "scope-hooks" }.UnsafeStart();
    }

    // What was wanted when we were loaded is done before the application's first line: the folder's name says it.
    static void Begin()
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(typeof(Collector).Assembly.Location)) ?? "";
        if (!int.TryParse(folder.AsSpan(folder.LastIndexOf('-') + 1), System.Globalization.NumberStyles.HexNumber, null, out int wanted))
            return;
        Header->Wanted = wanted;
        Apply((HookFeatures)wanted);
    }

    static void Watch()
    {
        try
        {
            while (!EndIfAlone())
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
    static bool EndIfAlone()
    {
        lock (Gate)
        {
            bool isSilent = Stopwatch.GetElapsedTime(Volatile.Read(ref Header->HeartbeatTicks)).TotalSeconds > SilentSeconds;
            bool isLetGo = s_listener is not null && Volatile.Read(ref Header->Wanted) == 0;
            if (isSilent || isLetGo)
                End(isSilent ? HookState.AgentSilent : HookState.Ended);
            return isSilent || isLetGo;
        }
    }

    static void Apply(HookFeatures wanted)
    {
        if (wanted == (HookFeatures)Header->Active && s_knewExporter == s_hasExporter)
            return;
        s_listener?.Dispose();
        s_knewExporter = s_hasExporter;
        s_listener = wanted == 0 ? null : new SpanListener(s_region, s_names!, wanted, s_knewExporter);
        Volatile.Write(ref Header->State, (int)(s_listener is null ? HookState.Idle : HookState.Active));
        Volatile.Write(ref Header->Active, (int)wanted);
    }

    static void End(HookState state)
    {
        AppDomain.CurrentDomain.AssemblyLoad -= SeeAssembly;
        s_listener?.Dispose();
        s_listener = null;
        Header->Wanted = 0;
        Volatile.Write(ref Header->Active, 0);
        Volatile.Write(ref Header->State, (int)state);
        if (state == HookState.AgentSilent)
            SharedPages.GiveBack(s_region, SharedMemory.Layout); // Else the agent does it, which still reads.
        s_running = false;
    }

    static void SeeAssembly(object? sender, AssemblyLoadEventArgs loaded)
    {
        if (!s_hasExporter && loaded.LoadedAssembly.GetName().Name == Exporter)
            s_hasExporter = true;
    }

    static RegionHeader* Header => (RegionHeader*)s_region;
}
