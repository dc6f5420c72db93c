// The thread pool: how many workers, why the runtime changed that, and which work items wait; and threads that come and go.
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates thread pool and thread events.</summary>
sealed class PoolEvents(Translation t)
{
    /// <summary>Reason code for a worker that started; the runtime's own codes stay far below.</summary>
    public const ushort WorkerStarted = 32;

    /// <summary>Reason code for a worker that ended.</summary>
    public const ushort WorkerEnded = 33;

    static readonly string[] Reasons =
        ["warm-up", "initializing", "random move", "climbing move", "change point", "stabilizing", "starvation", "worker timed out", "cooperative blocking"];

    readonly NameId[] _reasons = [.. Reasons.Select(r => t.Names.Intern(r))];
    readonly NameId _started = t.Names.Intern("worker started"), _ended = t.Names.Intern("worker ended");

    public void Register(EventTable table)
    {
        table.Add(Providers.Runtime, 50, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Worker(row, e, ref payload, WorkerStarted));
        table.Add(Providers.Runtime, 51, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => Worker(row, e, ref payload, WorkerEnded));
        table.Add(Providers.Runtime, 55, Adjusted);
        table.Add(Providers.Runtime, 61, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => WorkItem(row, e, ref payload, EventKind.PoolEnqueue));
        table.Add(Providers.Runtime, 62, (EventRow row, in NettraceEvent e, ref PayloadCursor payload) => WorkItem(row, e, ref payload, EventKind.PoolDequeue));
        table.Add(Providers.Runtime, 85, ThreadCreated);
        table.Add(Providers.Runtime, 86, ThreadEnded);
    }

    // Throughput, new worker count, reason, CLR instance.
    void Adjusted(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.PoolAdjust, e);
        payload.Skip(8);
        made.Value = payload.UInt32();
        made.Detail = (ushort)payload.UInt32();
        made.Name = made.Detail < _reasons.Length ? _reasons[made.Detail] : default;
        t.Emit(row, made, ref payload);
    }

    // Active workers, retired workers, CLR instance.
    void Worker(EventRow row, in NettraceEvent e, ref PayloadCursor payload, ushort reason)
    {
        var made = t.New(EventKind.PoolAdjust, e);
        made.Value = payload.UInt32();
        made.Detail = reason;
        made.Name = reason == WorkerStarted ? _started : _ended;
        t.Emit(row, made, ref payload);
    }

    void WorkItem(EventRow row, in NettraceEvent e, ref PayloadCursor payload, EventKind kind)
    {
        var made = t.New(kind, e);
        made.Value = (long)payload.Pointer();
        t.Emit(row, made, ref payload);
    }

    // Thread object, application domain, flags, managed number, OS number, CLR instance.
    void ThreadCreated(EventRow row, in NettraceEvent e, ref PayloadCursor payload)
    {
        var made = t.New(EventKind.ThreadStarted, e);
        payload.Skip(20);
        made.Value = payload.UInt32();
        if (payload.UInt32() is > 0 and var osId) made.Thread = t.ThreadOf(osId);
        t.Emit(row, made, ref payload);
    }

    // Thread object, application domain, CLR instance: told by the thread itself.
    void ThreadEnded(EventRow row, in NettraceEvent e, ref PayloadCursor payload) => t.Emit(row, t.New(EventKind.ThreadStopped, e), ref payload);
}
