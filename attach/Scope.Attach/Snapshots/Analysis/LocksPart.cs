// The locks that threads hold and wait for. Monitors are told by the runtime's sync blocks, the others by the objects on
// the stacks of those that wait; which object it is must fit the wait: its type, and for monitors that another holds it.
using Microsoft.Diagnostics.Runtime;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Finds locks, and gives each waiting thread its lock.</summary>
sealed class LocksPart
{
    readonly List<ThreadDraft> _threads;
    readonly ObjectFields _fields;
    readonly Dictionary<ulong, int> _byObject = [];
    readonly List<SnapshotLock> _locks = [];
    readonly Dictionary<ulong, int> _threadByAddress = [];
    readonly Dictionary<long, int> _threadByManagedId = [], _threadByOsId = [];

    /// <summary>Reads the locks of these threads; the semaphores are those of the heap, where it was walked.</summary>
    public LocksPart(List<ThreadDraft> threads, ObjectFields fields, IReadOnlyList<ulong> semaphores)
    {
        (_threads, _fields) = (threads, fields);
        for (var i = 0; i < threads.Count; i++)
        {
            _threadByAddress[threads[i].Clr.Address] = i;
            _threadByManagedId[threads[i].Told.ManagedId] = i;
            _threadByOsId[threads[i].Told.OsId] = i;
        }
        foreach (var block in fields.Heap.EnumerateSyncBlocks())
            if (block.IsMonitorHeld && block.Object != 0 && _locks.Count < Limits.SnapshotLocks) AddMonitor(block);
        Waits = [.. threads.Select(Wait)];
        foreach (var semaphore in semaphores)
            if (!_byObject.ContainsKey(semaphore) && AsyncWaiters(semaphore) > 0 && _locks.Count < Limits.SnapshotLocks) LockOf(semaphore, LockKind.Semaphore);
    }

    /// <summary>What each thread waits for.</summary>
    public List<ThreadWait?> Waits { get; }

    /// <summary>The locks, with their waiters.</summary>
    public List<SnapshotLock> Locks => _locks.ConvertAll(l => l with { Waiters = [.. Enumerable.Range(0, Waits.Count).Where(t => Waits[t] is { } w && w.Lock >= 0 && _locks[w.Lock].Object == l.Object)] });

    /// <summary>The place of a lock by its object; -1 when it is none of them.</summary>
    public int Find(ulong address) => _byObject.GetValueOrDefault(address, -1);

    static readonly Dictionary<ThreadWaitKind, (LockKind Lock, string Type)> LockTypes = new()
    {
        [ThreadWaitKind.Lock] = (LockKind.Lock, "System.Threading.Lock"),
        [ThreadWaitKind.Semaphore] = (LockKind.Semaphore, "System.Threading.SemaphoreSlim"),
        [ThreadWaitKind.ReaderWriterLock] = (LockKind.ReaderWriterLock, "System.Threading.ReaderWriterLockSlim"),
    };

    ThreadWait? Wait(ThreadDraft thread)
    {
        if (thread.Kind is not { } kind) return null;
        if (kind == ThreadWaitKind.Monitor)
        {
            var held = thread.Candidates.FirstOrDefault(c => _byObject.TryGetValue(c, out var place) && _locks[place].Owner >= 0 && _threads[_locks[place].Owner] != thread);
            return new(kind, Find(held), -1, _fields.NameOf(held), held);
        }
        if (LockTypes.TryGetValue(kind, out var sort))
        {
            var found = thread.Candidates.FirstOrDefault(c => _fields.NameOf(c) == sort.Type);
            return new(kind, found == 0 ? -1 : LockOf(found, sort.Lock), -1, sort.Type, found);
        }
        if (kind == ThreadWaitKind.Task)
        {
            var task = thread.Candidates.FirstOrDefault(c => IsTask(_fields.TypeOf(c)));
            return new(kind, -1, -1, _fields.NameOf(task), task);
        }
        return new(kind, -1, -1, "", 0);
    }

    static bool IsTask(ClrType? type)
    {
        for (; type is not null; type = type.BaseType)
            if (type.Name == "System.Threading.Tasks.Task") return true;
        return false;
    }

    void AddMonitor(SyncBlock block)
    {
        _byObject[block.Object] = _locks.Count;
        _locks.Add(new()
        {
            Kind = LockKind.Monitor, Type = _fields.NameOf(block.Object), Object = block.Object,
            Owner = _threadByAddress.GetValueOrDefault(block.HoldingThreadAddress, -1), Count = block.RecursionCount,
        });
    }

    int LockOf(ulong address, LockKind kind)
    {
        if (_byObject.TryGetValue(address, out var known)) return known;
        _locks.Add(kind switch
        {
            // The owner is told by the number of the OS; 0 when nobody holds it.
            LockKind.Lock => new() { Owner = OwnerByOsId(_fields.Value<uint>(address, "_owningThreadId")), Count = _fields.Value<int>(address, "_recursionCount") + 1 },
            LockKind.ReaderWriterLock => new() { Owner = OwnerByManagedId(_fields.Value<int>(address, "_writeLockOwnerId")), Count = 1 },
            _ => new SnapshotLock { Count = _fields.Value<int>(address, "m_currentCount"), AsyncWaiters = AsyncWaiters(address) },
        });
        _locks[^1] = _locks[^1] with { Kind = kind, Object = address, Type = _fields.NameOf(address) };
        return _byObject[address] = _locks.Count - 1;
    }

    int OwnerByOsId(uint id) => id == 0 ? -1 : _threadByOsId.TryGetValue(id, out var byOs) ? byOs : _threadByManagedId.GetValueOrDefault(id, -1);

    int OwnerByManagedId(int id) => id <= 0 ? -1 : _threadByManagedId.GetValueOrDefault(id, -1);

    int AsyncWaiters(ulong semaphore)
    {
        var count = 0;
        for (var node = _fields.Reference(semaphore, "m_asyncHead"); node != 0 && count < Limits.SnapshotCollected; node = _fields.Reference(node, "Next")) count++;
        return count;
    }
}
