// The thread pool and the timers of a snapshot: what waits for a thread, and what will.
namespace Scope.Events.Snapshots;

/// <summary>Queued work of one sort.</summary>
/// <param name="Method">The place in <see cref="Snapshot.Methods"/> of what will run: a delegate's method or a state machine's MoveNext; -1 when not known.</param>
/// <param name="Type">The work item's type.</param>
/// <param name="Count">How many wait.</param>
public sealed record QueuedWork(int Method, string Type, int Count);

/// <summary>The thread pool.</summary>
public sealed record PoolState
{
    /// <summary>Worker threads that exist.</summary>
    public int Workers { get; init; }

    /// <summary>Workers that have a work item, the blocked ones counted.</summary>
    public int BusyWorkers { get; init; }

    /// <summary>The number of workers that the pool thinks best now.</summary>
    public int GoalWorkers { get; init; }

    /// <summary>Workers that are made without delay.</summary>
    public int MinWorkers { get; init; }

    /// <summary>Workers at most.</summary>
    public int MaxWorkers { get; init; }

    /// <summary>Work items that wait for a worker, in all queues.</summary>
    public int QueueLength { get; init; }

    /// <summary>The waiting work by what it is, the most first.</summary>
    public IReadOnlyList<QueuedWork> Queued { get; init; } = [];
}

/// <summary>Timers with the same callback and period.</summary>
/// <param name="Method">The place in <see cref="Snapshot.Methods"/> of the callback; for Task.Delay, of the async method that awaits it, where one does; -1 when not known.</param>
/// <param name="State">The type of the callback's target or state object; "" for none.</param>
/// <param name="Count">How many there are.</param>
/// <param name="PeriodMillis">How often they fire; -1 for timers that fire once.</param>
/// <param name="DueMillis">The longest time that one of them was set to wait, ms.</param>
/// <param name="IsDelay">Whether they are Task.Delay or the like, not timers that somebody made.</param>
public sealed record TimerGroup(int Method, string State, int Count, long PeriodMillis, long DueMillis, bool IsDelay);

/// <summary>A type's count.</summary>
/// <param name="Type">The type.</param>
/// <param name="Count">How many objects.</param>
public sealed record TypeCount(string Type, long Count);

/// <summary>The finalizer.</summary>
public sealed record FinalizerState
{
    /// <summary>The place of its thread in <see cref="Snapshot.Threads"/>; -1 when not known.</summary>
    public int Thread { get; init; } = -1;

    /// <summary>Whether it is inside of a finalizer, and so cannot run others.</summary>
    public bool IsBusy { get; init; }

    /// <summary>Objects that are dead and wait for their finalizer.</summary>
    public long QueueLength { get; init; }

    /// <summary>Those by type, the most first.</summary>
    public IReadOnlyList<TypeCount> Queue { get; init; } = [];

    /// <summary>Objects that are registered for finalization, the living counted.</summary>
    public long Registered { get; init; }
}

/// <summary>Exception objects of one type from one throw site.</summary>
/// <param name="Type">The exception's type.</param>
/// <param name="Count">How many are alive.</param>
/// <param name="Stack">The place in <see cref="Snapshot.Stacks"/> of where it was thrown; -1 when never thrown or not known.</param>
/// <param name="Inner">The type of the innermost exception inside of it; "" for none.</param>
public sealed record ExceptionGroup(string Type, long Count, int Stack, string Inner);
