// What a frame means to someone who reads a stack for its cause: the runtime's own machinery for waiting and for throwing
// stands on top of the code that waits or throws. A table by type, since the runtime's method names change between versions.
using System.Collections.Frozen;
using Scope.Events;

namespace Scope.Attach.Symbols;

/// <summary>What a frame is to the reader of a stack.</summary>
enum FrameRole : byte
{
    /// <summary>Not looked up yet.</summary>
    Unknown,
    /// <summary>Code as any other.</summary>
    Ordinary,
    /// <summary>Throws or throws again for its caller.</summary>
    Throwing,
    /// <summary>Waits for its caller: a lock, an event, a timer, a socket.</summary>
    Waiting,
    /// <summary>A marshalling stub: look at its caller.</summary>
    Stub,
}

/// <summary>The roles of a recording's methods, each looked up once.</summary>
sealed class FrameRoles(Catalog catalog)
{
    static readonly FrozenDictionary<string, FrameRole> ByType = new Dictionary<string, FrameRole>
    {
        ["System.Runtime.EH"] = FrameRole.Throwing,
        ["System.ThrowHelper"] = FrameRole.Throwing,
        ["System.Runtime.ExceptionServices.ExceptionDispatchInfo"] = FrameRole.Throwing,
        ["System.Runtime.ExceptionServices.InternalCalls"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.TaskAwaiter"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.TaskAwaiter`1"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ValueTaskAwaiter"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ValueTaskAwaiter`1"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ConfiguredTaskAwaitable+ConfiguredTaskAwaiter"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ConfiguredTaskAwaitable`1+ConfiguredTaskAwaiter"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable+ConfiguredValueTaskAwaiter"] = FrameRole.Throwing,
        ["System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable`1+ConfiguredValueTaskAwaiter"] = FrameRole.Throwing,
        ["System.Threading.Tasks.Sources.ManualResetValueTaskSourceCore`1"] = FrameRole.Throwing,
        ["System.Threading.Monitor"] = FrameRole.Waiting,
        ["System.Threading.Lock"] = FrameRole.Waiting,
        ["System.Threading.Condition"] = FrameRole.Waiting,
        ["System.Threading.WaitHandle"] = FrameRole.Waiting,
        ["System.Threading.WaitSubsystem"] = FrameRole.Waiting,
        ["System.Threading.WaitSubsystem+ThreadWaitInfo"] = FrameRole.Waiting,
        ["System.Threading.Thread"] = FrameRole.Waiting,
        ["System.Threading.ManualResetEventSlim"] = FrameRole.Waiting,
        ["System.Threading.SemaphoreSlim"] = FrameRole.Waiting,
        ["System.Threading.SpinWait"] = FrameRole.Waiting,
        ["System.Threading.LowLevelLifoSemaphore"] = FrameRole.Waiting,
        ["System.Threading.LowLevelMonitor"] = FrameRole.Waiting,
        ["System.Threading.LowLevelLock"] = FrameRole.Waiting,
        ["System.Threading.PortableThreadPool+WorkerThread"] = FrameRole.Waiting,
        ["System.Threading.PortableThreadPool+GateThread"] = FrameRole.Waiting,
        ["System.Threading.TimerQueue"] = FrameRole.Waiting,
        ["System.Threading.Tasks.Task"] = FrameRole.Waiting,
        ["System.Net.Sockets.SocketAsyncEngine"] = FrameRole.Waiting,
        ["System.Net.Sockets.SocketPal"] = FrameRole.Waiting,
        ["Microsoft.Extensions.Logging.Console.ConsoleLoggerProcessor"] = FrameRole.Waiting,
        ["Interop+Sys"] = FrameRole.Waiting,
        ["Interop/Sys"] = FrameRole.Waiting,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    FrameRole[] _roles = new FrameRole[1 << 12];

    /// <summary>The role of a method's frame.</summary>
    public FrameRole Of(MethodId method)
    {
        var roles = _roles;
        if (method.Value < roles.Length && roles[method.Value] is var known and not FrameRole.Unknown) return known;
        return LookUp(method);
    }

    FrameRole LookUp(MethodId method)
    {
        if (catalog.Methods[method] is not { } info) return FrameRole.Ordinary;
        var role = ByType.TryGetValue(info.Type, out var found) ? found
            : info.Name.StartsWith("IL_STUB", StringComparison.Ordinal) ? FrameRole.Stub
            : info.Name.StartsWith("Throw", StringComparison.Ordinal) && info.Type.StartsWith("System.", StringComparison.Ordinal) ? FrameRole.Throwing
            : FrameRole.Ordinary;
        // Two threads may race here: both write the same answer, and one that a resize lost is looked up again.
        if (method.Value >= _roles.Length) Array.Resize(ref _roles, Math.Max(method.Value + 1, _roles.Length * 2));
        _roles[method.Value] = role;
        return role;
    }
}
