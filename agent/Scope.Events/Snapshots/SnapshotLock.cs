// The locks of a snapshot. Only those that somebody holds or waits for: the others are of no interest and many.
namespace Scope.Events.Snapshots;

/// <summary>The sort of a lock.</summary>
public enum LockKind
{
    /// <summary>The lock statement on an object, Monitor.Enter.</summary>
    Monitor,
    /// <summary>System.Threading.Lock.</summary>
    Lock,
    /// <summary>SemaphoreSlim; it has no owner, only a count.</summary>
    Semaphore,
    /// <summary>ReaderWriterLockSlim; the owner is the writer.</summary>
    ReaderWriterLock,
}

/// <summary>A lock that is held or waited for.</summary>
public sealed record SnapshotLock
{
    /// <summary>Its sort.</summary>
    public LockKind Kind { get; init; }

    /// <summary>The type of the object that is locked on.</summary>
    public string Type { get; init; } = "";

    /// <summary>Its address, which tells locks of one snapshot apart.</summary>
    public ulong Object { get; init; }

    /// <summary>The field that holds it, "Namespace.Type.Field", where one was found; "" when not.</summary>
    public string Field { get; init; } = "";

    /// <summary>The place in <see cref="Snapshot.Threads"/> of the thread that holds it; -1 when nobody does or it is not known who.</summary>
    public int Owner { get; init; } = -1;

    /// <summary>How often the owner has entered it; of a semaphore, how many may still enter.</summary>
    public int Count { get; init; }

    /// <summary>The places in <see cref="Snapshot.Threads"/> of the threads that wait for it.</summary>
    public IReadOnlyList<int> Waiters { get; init; } = [];

    /// <summary>How many wait for it without a thread (SemaphoreSlim.WaitAsync).</summary>
    public int AsyncWaiters { get; init; }
}
