// The threads of a snapshot, with their stacks. Frames name methods as the runtime does (type, name, module, token), which
// is what the catalog's methods have too: SnapshotCode turns them into the same handles that events carry.
namespace Scope.Events.Snapshots;

/// <summary>A method as the runtime names it.</summary>
/// <param name="Module">Where its module's file is, as the target sees it; "" for methods made at run time.</param>
/// <param name="ModuleId">The runtime's number for the module, the same as in events; 0 for none.</param>
/// <param name="Token">Its metadata token; 0 for methods made at run time and the runtime's own frames.</param>
/// <param name="Type">Its type with namespace, nested types with '+', without generic arguments as far as the runtime leaves them out.</param>
/// <param name="Name">Its name, without signature.</param>
public sealed record SnapshotMethod(string Module, ulong ModuleId, int Token, string Type, string Name)
{
    /// <summary>Type and name, joined by a point.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string FullName => Type.Length == 0 ? Name : Type + "." + Name;
}

/// <summary>A frame.</summary>
/// <param name="Method">Its place in <see cref="Snapshot.Methods"/>.</param>
/// <param name="IlOffset">The offset in the method's IL, bytes; -1 when not known.</param>
public readonly record struct SnapshotFrame(int Method, int IlOffset);

/// <summary>A call stack.</summary>
public sealed record SnapshotStack
{
    /// <summary>The managed frames, the top one (where the thread is) first.</summary>
    public IReadOnlyList<SnapshotFrame> Frames { get; init; } = [];

    /// <summary>How many frames at the root's end are not told, because the stack was too deep.</summary>
    public int Cut { get; init; }
}

/// <summary>What a thread waits for.</summary>
public enum ThreadWaitKind
{
    /// <summary>A Monitor that another thread holds (the lock statement on an object).</summary>
    Monitor,
    /// <summary>A System.Threading.Lock.</summary>
    Lock,
    /// <summary>A SemaphoreSlim, synchronously.</summary>
    Semaphore,
    /// <summary>A ReaderWriterLockSlim.</summary>
    ReaderWriterLock,
    /// <summary>A task to end, synchronously: .Result, .Wait(), GetAwaiter().GetResult().</summary>
    Task,
    /// <summary>Monitor.Wait, an event, a barrier or another signal.</summary>
    Signal,
    /// <summary>Time to pass.</summary>
    Sleep,
    /// <summary>Another thread's end.</summary>
    Join,
}

/// <summary>What a thread waits for, as far as its stack and the objects on it tell.</summary>
/// <param name="Kind">The sort.</param>
/// <param name="Lock">The lock's place in <see cref="Snapshot.Locks"/>; -1 when it is none or not known which.</param>
/// <param name="Chain">The place in <see cref="Snapshot.AsyncChains"/> of the chain whose end it waits for; -1 for none or not known.</param>
/// <param name="Type">The type of the object waited for; "" when not known.</param>
/// <param name="Object">Its address, which tells objects of one snapshot apart; 0 when not known.</param>
public sealed record ThreadWait(ThreadWaitKind Kind, int Lock, int Chain, string Type, ulong Object);

/// <summary>A managed thread.</summary>
public sealed record SnapshotThread
{
    /// <summary>The OS's number of it, the same as in events; 0 when it has not started.</summary>
    public long OsId { get; init; }

    /// <summary>The runtime's number of it.</summary>
    public int ManagedId { get; init; }

    /// <summary>Its name; "" for none.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether it is a worker of the thread pool.</summary>
    public bool IsPoolWorker { get; init; }

    /// <summary>Whether it is the thread that runs finalizers.</summary>
    public bool IsFinalizer { get; init; }

    /// <summary>Whether it belongs to the garbage collector.</summary>
    public bool IsGc { get; init; }

    /// <summary>Its stack's place in <see cref="Snapshot.Stacks"/>; -1 when it has no managed frame.</summary>
    public int Stack { get; init; } = -1;

    /// <summary>What it waits for; null when it runs or nothing that we know tells.</summary>
    public ThreadWait? Wait { get; init; }

    /// <summary>The type of the exception that it is handling; "" for none.</summary>
    public string Exception { get; init; } = "";
}
