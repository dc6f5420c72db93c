// What a frame means to someone who reads a stack for its cause: the runtime's own machinery for waiting and for throwing
// stands on top of the code that waits or throws. A table by type, since the runtime's method names change between versions.
using System.Collections.Frozen;
using Scope.Events;

namespace Scope.Pipeline.Correlate;

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

/// <summary>The roles of a recording's methods, each looked up once. Looked up here and not as stacks are decoded: in a recording's first second the names are still to come.</summary>
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
        ["System.Threading.ManualResetEventSlim"] = FrameRole.Waiting,
        ["System.Threading.SemaphoreSlim"] = FrameRole.Waiting,
        ["System.Threading.SpinWait"] = FrameRole.Waiting,
        ["System.Threading.LowLevelLifoSemaphore"] = FrameRole.Waiting,
        ["System.Threading.LowLevelMonitor"] = FrameRole.Waiting,
        ["System.Threading.LowLevelLock"] = FrameRole.Waiting,
        ["System.Threading.PortableThreadPool+WorkerThread"] = FrameRole.Waiting,
        ["System.Threading.PortableThreadPool+GateThread"] = FrameRole.Waiting,
        ["System.Threading.TimerQueue"] = FrameRole.Waiting,
        ["System.Net.Sockets.SocketAsyncEngine"] = FrameRole.Waiting,
        ["Microsoft.Extensions.Logging.Console.ConsoleLoggerProcessor"] = FrameRole.Waiting,
        ["Interop+Sys"] = FrameRole.Waiting,
        ["Interop/Sys"] = FrameRole.Waiting,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Types that both wait and work: only these of their methods wait.
    static readonly FrozenSet<string> WaitingMethods = new[]
    {
        "System.Threading.Thread.Sleep", "System.Threading.Thread.SleepInternal", "System.Threading.Thread.UninterruptibleSleep0", "System.Threading.Thread.Join",
        "System.Threading.Thread.JoinInternal", "System.Threading.Tasks.Task.Wait", "System.Threading.Tasks.Task.InternalWait", "System.Threading.Tasks.Task.InternalWaitCore",
        "System.Threading.Tasks.Task.SpinThenBlockingWait", "System.Net.Sockets.SocketPal.SysReceive", "System.Net.Sockets.SocketPal.TryCompleteReceive",
        "System.Net.Sockets.SocketPal.Receive", "System.Net.Sockets.SocketPal.Poll", "System.Net.Sockets.SocketPal.Accept", "System.Net.Sockets.SocketPal.TryCompleteAccept",
    }.ToFrozenSet(StringComparer.Ordinal);

    FrameRole[] _roles = new FrameRole[1 << 12];

    /// <summary>The role of a method's frame.</summary>
    public FrameRole Of(MethodId method)
    {
        return method.Value < _roles.Length && _roles[method.Value] is var known and not FrameRole.Unknown ? known : LookUp(method);
    }

    /// <summary>Moves an event's place and method down its stack past frames of a role and frames without a name, if there is another one below them.</summary>
    public void SkipTop(FrameRole role, ref ScopeEvent e)
    {
        for (var stack = e.Stack; catalog.Stacks.TryGet(stack, out var node); stack = node.Caller)
        {
            var method = catalog.CodeNodes.MethodOf(node.Frame);
            if (method.IsNone || Of(method) == role) continue;
            (e.CodeNode, e.Method) = (node.Frame, method);
            return;
        }
    }

    FrameRole LookUp(MethodId method)
    {
        if (catalog.Methods[method] is not { } info) return FrameRole.Ordinary;
        var role = ByType.TryGetValue(info.Type, out var found) ? found
            : WaitingMethods.Contains(info.FullName) ? FrameRole.Waiting
            : info.Name.StartsWith("IL_STUB", StringComparison.Ordinal) ? FrameRole.Stub
            : info.Name.StartsWith("Throw", StringComparison.Ordinal) && info.Type.StartsWith("System.", StringComparison.Ordinal) ? FrameRole.Throwing
            : FrameRole.Ordinary;
        if (method.Value >= _roles.Length) Array.Resize(ref _roles, Math.Max(method.Value + 1, _roles.Length * 2));
        _roles[method.Value] = role;
        return role;
    }
}
