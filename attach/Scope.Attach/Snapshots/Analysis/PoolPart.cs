// The thread pool: its counts, and what waits in its queues.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Reads the pool.</summary>
sealed class PoolPart(ObjectFields fields, CodeTable code, Delegates delegates)
{
    readonly Dictionary<(int, string), int> _queued = [];
    int _length;

    /// <summary>The pool's state; null when the target never used it.</summary>
    public PoolState? Read()
    {
        var pool = fields.Static("System.Threading.PortableThreadPool", "ThreadPoolInstance");
        if (pool == 0) return null;
        // One word: workers with work, workers, and how many the pool thinks best, 16 bits each.
        var counts = Counts(pool);
        ReadQueues(fields.Static("System.Threading.ThreadPool", "s_workQueue"));
        return new()
        {
            BusyWorkers = (short)counts, Workers = (short)(counts >> 16), GoalWorkers = (short)(counts >> 32),
            MinWorkers = fields.Value<short>(pool, "_minThreads"), MaxWorkers = fields.Value<short>(pool, "_maxThreads"),
            QueueLength = _length,
            Queued = [.. _queued.OrderByDescending(q => q.Value).Take(Limits.SnapshotGroups).Select(q => new QueuedWork(q.Key.Item1, q.Key.Item2, q.Value))],
        };
    }

    ulong Counts(ulong pool)
    {
        var (address, type) = fields.Struct(pool, "_separated");
        var counts = type?.GetFieldByName("counts");
        return counts is null ? 0 : fields.Word(address + (ulong)counts.Offset);
    }

    void ReadQueues(ulong queue)
    {
        foreach (var global in (string[])["workItems", "highPriorityWorkItems", "lowPriorityWorkItems"]) ReadConcurrent(fields.Reference(queue, global));
        foreach (var assigned in fields.Elements(fields.Reference(queue, "_assignableWorkItemQueues"))) ReadConcurrent(assigned);
        foreach (var local in fields.Elements(fields.Static("System.Threading.ThreadPoolWorkQueue+WorkStealingQueueList", "_queues")))
            foreach (var item in fields.Elements(fields.Reference(local, "m_array"))) Add(item);
    }

    // A queue of segments, each an array of slots (item, sequence number); a slot that was taken is cleared.
    void ReadConcurrent(ulong queue)
    {
        for (var segment = fields.Reference(queue, "_head"); segment != 0 && _length < Limits.SnapshotCollected; segment = fields.Reference(segment, "_nextSegment"))
        {
            var slots = fields.Reference(segment, "_slots");
            if (fields.TypeOf(slots) is not { ComponentType: { } slot } type || slot.GetFieldByName("Item") is not { } item) continue;
            var count = fields.Word<int>(slots + 8);
            for (var i = 0; i < count; i++)
                if (fields.Word(type.GetArrayElementAddress(slots, i) + (ulong)item.Offset) is not 0 and var work) Add(work);
        }
    }

    void Add(ulong work)
    {
        var type = TypeNames.Plain(fields.NameOf(work));
        var key = (MethodOf(work, type), type);
        _queued[key] = _queued.GetValueOrDefault(key) + 1;
        _length++;
    }

    int MethodOf(ulong work, string type)
    {
        // The work of QueueUserWorkItem, of a task, and of an async method that goes on.
        foreach (var field in (string[])["_callback", "m_action"])
            if (fields.Reference(work, field) is not 0 and var callback && delegates.Of(callback).Method is >= 0 and var method) return method;
        return type.Contains("StateMachineBox", StringComparison.Ordinal) ? code.Of(fields.TypeOf(work)?.GetFieldByName("StateMachine")?.Type, "MoveNext") : -1;
    }
}
