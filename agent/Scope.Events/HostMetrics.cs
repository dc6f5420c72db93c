// The names of the metrics that the kernel's files give, in one place because a source writes them and findings read them.
namespace Scope.Events;

/// <summary>Names of metric samples about a process, its control group and its machine: "meter/instrument, unit".</summary>
public static class HostMetrics
{
    /// <summary>CPU that the target used.</summary>
    public const string Cpu = "process/cpu, cores";

    /// <summary>Memory that the target holds.</summary>
    public const string Memory = "process/memory, bytes";

    /// <summary>Threads of the target.</summary>
    public const string Threads = "process/threads, threads";

    /// <summary>Threads that were ready to run while no processor was free, on average.</summary>
    public const string CpuWait = "process/cpu.wait, threads";

    /// <summary>Threads of the server garbage collector; with it, one or two for each heap.</summary>
    public const string ServerGcThreads = "process/gc.server.threads, threads";

    /// <summary>Processors of the machine.</summary>
    public const string MachineCores = "host/cpu.count, cores";

    /// <summary>CPU that all processes together used.</summary>
    public const string MachineBusy = "host/cpu.busy, cores";

    /// <summary>CPU that the hypervisor gave to other machines.</summary>
    public const string MachineSteal = "host/cpu.steal, cores";

    /// <summary>CPU that the control group allows.</summary>
    public const string CpuLimit = "cgroup/cpu.limit, cores";

    /// <summary>Share of the group's periods in which it was stopped for having used its quota, 0 to 1.</summary>
    public const string Throttled = "cgroup/cpu.throttled, share";

    /// <summary>Memory that the control group allows.</summary>
    public const string MemoryLimit = "cgroup/memory.limit, bytes";

    /// <summary>Memory of the group that cannot be given back without swapping or killing.</summary>
    public const string MemoryUsed = "cgroup/memory.used, bytes";

    /// <summary>What the names of the heap's own hard limit begin with; "process/gc.heap.limit (VARIABLE), bytes".</summary>
    public const string HeapLimitPrefix = "process/gc.heap.limit (";

    /// <summary>Memory that the collector has taken from the system, as the runtime tells it, in 10^6 bytes.</summary>
    public const string HeapCommitted = "System.Runtime/gc-committed, MB";

    /// <summary>Processes of the group that the kernel killed for want of memory, in all.</summary>
    public const string OomKills = "cgroup/oom.kills, count";

    /// <summary>What the names of the busiest other processes begin with; "neighbour/COMMAND (PID), cores" or "neighbour/COMMAND (N processes), cores".</summary>
    public const string NeighbourPrefix = "neighbour/";
}
