// Names of methods that were compiled before we came: a session of no events that asks for a rundown and is stopped at
// once. The runtime then tells every module and method that it has, in some 0.3-1 s, and no other session notices.
using Scope.Attach.Port;

namespace Scope.Attach.Sessions;

/// <summary>A session that only tells names.</summary>
public static class RundownSession
{
    // A session needs a provider; nobody has this one.
    const string NoProvider = "Scope-Names-Only";

    /// <summary>Loader 0x8, JIT 0x10, NGEN 0x20, and "tell it at the end" 0x100: methods and modules without their IL maps.</summary>
    internal const ulong MethodsAndModules = 0x138;

    /// <summary>Starts it and asks for its end in the same breath: read the session's stream to the end, then dispose it.</summary>
    public static async Task<Attempt<EventPipeSession>> OpenAsync(DiagnosticPort port, int bufferMegabytes = 64, CancellationToken cancel = default)
    {
        var request = new CollectRequest([new(NoProvider, 0, 1)], bufferMegabytes, Stacks: false, MethodsAndModules);
        var attempt = await EventPipeSession.StartAsync(port, request, cancel);
        if (attempt.Try(out var session, out _)) _ = session.StopAsync();
        return attempt;
    }
}
