// What surrounds the target, as metric samples: its control group's limits and how often they held it back, how full the
// machine is and who else fills it. A service that is slow because of these is not slow by its own fault.
using Scope.Attach.Processes;
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Reads the surroundings once in a while; told when by its owner, on its owner's thread.</summary>
/// <param name="pid">The target.</param>
/// <param name="names">Where the metrics' names are kept.</param>
/// <param name="tell">Takes a metric: its instant, name and value × 1000.</param>
sealed class HostTimes(int pid, Names names, Action<EventTime, NameId, long> tell)
{
    const int MostNeighbours = 64; // Names of neighbours are kept for ever, so there is an end to them.
    const double LeastNeighbourCores = 0.05;

    readonly ControlGroup _group = ControlGroup.Of(pid);
    readonly MachineCounters _machine = new(pid);
    readonly (long Bytes, string Variable)? _heapLimit = HeapSettings.HardLimitOf(pid);
    readonly HashSet<NameId> _neighbours = [];
    EventTime _last = EventTime.Min;
    MachineCpu _cpu;
    GroupCpu? _groupCpu;

    /// <summary>Reads all and tells what changed since the last reading.</summary>
    public void Read(EventTime now)
    {
        var nanos = _last == EventTime.Min ? 0 : now - _last;
        ReadMachine(now, nanos);
        ReadGroup(now);
        if (_heapLimit is var (bytes, variable)) Tell(now, $"{HostMetrics.HeapLimitPrefix}{variable}), bytes", bytes);
        _last = now;
    }

    void ReadMachine(EventTime now, long nanos)
    {
        if (MachineCounters.Cpu() is not { } cpu) return;
        var busiest = _machine.Busiest();
        if (nanos > 0)
        {
            Tell(now, HostMetrics.MachineCores, cpu.Cores);
            Tell(now, HostMetrics.MachineBusy, (double)(cpu.BusyNanos - _cpu.BusyNanos) / nanos);
            Tell(now, HostMetrics.MachineSteal, (double)(cpu.StealNanos - _cpu.StealNanos) / nanos);
            if (busiest is { } other && (double)other.CpuNanos / nanos is >= LeastNeighbourCores and var cores) TellNeighbour(now, other, cores);
        }
        _cpu = cpu;
    }

    void TellNeighbour(EventTime now, in Neighbour other, double cores)
    {
        var who = other.Processes == 1 ? $"{other.Command} ({other.Pid})" : $"{other.Command} ({other.Processes} processes)";
        var name = names.Intern($"{HostMetrics.NeighbourPrefix}{who}, cores");
        if (_neighbours.Count >= MostNeighbours && !_neighbours.Contains(name)) return;
        _neighbours.Add(name);
        tell(now, name, Thousandths(cores));
    }

    void ReadGroup(EventTime now)
    {
        if (_group.Cpu() is { } cpu)
        {
            Tell(now, HostMetrics.CpuLimit, cpu.LimitCores);
            if (_groupCpu is { } before && cpu.Periods > before.Periods)
                Tell(now, HostMetrics.Throttled, (double)(cpu.ThrottledPeriods - before.ThrottledPeriods) / (cpu.Periods - before.Periods));
            _groupCpu = cpu;
        }
        if (_group.Memory() is not { } memory) return;
        if (memory.LimitBytes < long.MaxValue) Tell(now, HostMetrics.MemoryLimit, memory.LimitBytes);
        Tell(now, HostMetrics.MemoryUsed, memory.UsedBytes);
        Tell(now, HostMetrics.OomKills, memory.OomKills);
    }

    void Tell(EventTime now, string name, double value) => tell(now, names.Intern(name), Thousandths(value));

    static long Thousandths(double value) => (long)Math.Round(value * 1000);
}
