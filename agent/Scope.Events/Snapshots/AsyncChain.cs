// Async methods that are not done. A blocked thread has a stack; an async method that waits has none, only a box on the
// heap and a continuation. A chain puts the boxes together as a stack would show them: what is waited for first, then who
// awaits it, up to the one that nobody awaits.
namespace Scope.Events.Snapshots;

/// <summary>What the deepest method of a chain waits for.</summary>
public enum AsyncRootKind
{
    /// <summary>Nothing that we know.</summary>
    Unknown,
    /// <summary>A TaskCompletionSource: somebody's code has to complete it.</summary>
    CompletionSource,
    /// <summary>Time to pass: Task.Delay, a periodic timer.</summary>
    Delay,
    /// <summary>A SemaphoreSlim (WaitAsync).</summary>
    Semaphore,
    /// <summary>A file, a socket, a pipe, a driver.</summary>
    Io,
    /// <summary>A channel's reader or writer.</summary>
    Channel,
    /// <summary>Work that runs or waits on the pool: Task.Run, StartNew.</summary>
    Work,
    /// <summary>Several tasks: Task.WhenAll, WhenAny.</summary>
    Several,
    /// <summary>Nothing any more: it could go on, and waits for a thread or for its synchronization context.</summary>
    Ready,
}

/// <summary>What is at the outer end of a chain.</summary>
public enum AsyncEndKind
{
    /// <summary>Nothing: nobody awaits it (async void, fire and forget).</summary>
    Nobody,
    /// <summary>A thread that blocks until it is done (.Result, .Wait()).</summary>
    BlockedThread,
    /// <summary>Code without an async method of its own: a server's or library's callback.</summary>
    Callback,
}

/// <summary>One async method in a chain.</summary>
/// <param name="Method">The place in <see cref="Snapshot.Methods"/> of the state machine's MoveNext, whose type names the method as written.</param>
/// <param name="State">The number of the await that it is at, from 0 in the order of the source; -1 when it has not begun to wait, -2 when it is done.</param>
/// <param name="Awaits">The type of what it awaits, as the runtime names it; "" when not known.</param>
public readonly record struct AsyncFrame(int Method, int State, string Awaits);

/// <summary>Async methods of which each awaits the one before it, and how many chains are just so.</summary>
public sealed record AsyncChain
{
    /// <summary>The methods, the deepest (which waits for the root) first, like a stack.</summary>
    public IReadOnlyList<AsyncFrame> Frames { get; init; } = [];

    /// <summary>How many frames at the outer end are not told, because the chain was too long.</summary>
    public int Cut { get; init; }

    /// <summary>How many chains are equal to this one.</summary>
    public int Count { get; init; }

    /// <summary>What the deepest method waits for.</summary>
    public AsyncRootKind Root { get; init; }

    /// <summary>The type of the object waited for; "" when not known.</summary>
    public string RootType { get; init; } = "";

    /// <summary>The address of that object in the first of the chains, of a semaphore's waiter the semaphore's; 0 when not known.</summary>
    public ulong RootObject { get; init; }

    /// <summary>
    /// Of how many of them anything outside of the chain itself still leads to what they wait for. When none does, nobody is left
    /// who could complete it: it was forgotten. -1 when it was not looked for.
    /// </summary>
    public int RootHeld { get; init; } = -1;

    /// <summary>What is at the outer end.</summary>
    public AsyncEndKind End { get; init; }

    /// <summary>The places in <see cref="Snapshot.Threads"/> of the threads that block on it, when the end is such.</summary>
    public IReadOnlyList<int> BlockedThreads { get; init; } = [];

    /// <summary>Who goes on at the outer end where it is a callback, as a type's name; "" for none.</summary>
    public string EndType { get; init; } = "";

    /// <summary>The type of the SynchronizationContext (or task scheduler) that a part of it must go on in; "" when it can go on anywhere.</summary>
    public string GoesOnIn { get; init; } = "";
}
