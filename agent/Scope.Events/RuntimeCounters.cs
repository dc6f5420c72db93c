// The counters of the runtime that others look for by name: as the metrics of its event source System.Runtime are called
// here. The runtime publishes them once a second where it was asked to; all others are there under their own names too.
namespace Scope.Events;

/// <summary>Names of metrics that the runtime's own counters become.</summary>
public static class RuntimeCounters
{
    /// <summary>The size of the managed heap, megabytes (10⁶).</summary>
    public const string HeapMegabytes = "System.Runtime/gc-heap-size, MB";

    /// <summary>Workers of the thread pool.</summary>
    public const string PoolThreads = "System.Runtime/threadpool-thread-count";

    /// <summary>Work items that wait for a worker of the thread pool.</summary>
    public const string PoolQueue = "System.Runtime/threadpool-queue-length";

    /// <summary>Bytes allocated a second.</summary>
    public const string AllocatedBytes = "System.Runtime/alloc-rate, B";

    /// <summary>Exceptions thrown a second.</summary>
    public const string Exceptions = "System.Runtime/exception-count";

    /// <summary>Timers that are set.</summary>
    public const string Timers = "System.Runtime/active-timer-count";

    /// <summary>A metric event's value is this many times what was measured.</summary>
    public const long Scale = 1000;
}
