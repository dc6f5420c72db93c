// Where the runtime enters: it calls StartupHook.Initialize of the assembly that the agent named. An exception from here
// ends the target, so nothing leaves; and the types that do the work are behind a method of their own, so that a failure
// to load them is caught here too. The name and the missing namespace are the runtime's rule.
using System.Runtime.CompilerServices;
using Scope.Hooks.Probe;

/// <summary>The runtime's way in.</summary>
internal static class StartupHook
{
    /// <summary>Begins to collect, if the agent asks for it. Never throws.</summary>
    public static void Initialize()
    {
        try
        {
            Start();
        }
        catch
        {
            // The agent waits for the shared memory and, when it does not come, goes on without us.
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Start() => Collector.Start();
}
