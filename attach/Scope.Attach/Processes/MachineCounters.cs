// What the machine does beside the target: how busy its processors are, what a hypervisor takes, and which other process
// uses most. Read every second or two, so only the few files that it needs.
namespace Scope.Attach.Processes;

/// <summary>CPU time of the whole machine since boot.</summary>
/// <param name="Cores">Processors.</param>
/// <param name="BusyNanos">Time that they ran anything.</param>
/// <param name="StealNanos">Time that the hypervisor gave to others.</param>
public readonly record struct MachineCpu(int Cores, long BusyNanos, long StealNanos);

/// <summary>Other processes of one command and what they used since they were looked at before.</summary>
/// <param name="Pid">The pid of the busiest.</param>
/// <param name="Command">Their command, at most 15 characters.</param>
/// <param name="Processes">How many of them used any.</param>
/// <param name="CpuNanos">CPU time of all.</param>
public readonly record struct Neighbour(int Pid, string Command, int Processes, long CpuNanos);

/// <summary>Reads the machine's counters. For one thread at a time.</summary>
/// <param name="target">The process that is not its own neighbour.</param>
public sealed class MachineCounters(int target)
{
    Dictionary<int, long> _before = [];

    /// <summary>The machine's CPU; null when the kernel does not tell.</summary>
    public static MachineCpu? Cpu() => Parse(ProcFs.ReadText("/proc/stat") ?? "");

    /// <summary>
    /// The command whose processes used most together since the last call, but for the target and us: workers of one job share
    /// the machine, and each alone seems small. Null at the first call, or when all were idle.
    /// </summary>
    public Neighbour? Busiest()
    {
        var now = new Dictionary<int, long>(_before.Count);
        var commands = new Dictionary<string, (Neighbour Sum, long Most)>();
        foreach (var pid in ProcFs.Pids())
        {
            if (pid == target || pid == Environment.ProcessId || ProcFs.Stat(pid) is not { } stat) continue;
            var nanos = now[pid] = BootClock.Nanos(stat.UserTicks + stat.SystemTicks);
            if (_before.Count == 0) continue;
            var used = nanos - _before.GetValueOrDefault(pid);
            if (used <= 0) continue;
            var (sum, most) = commands.GetValueOrDefault(stat.Command);
            commands[stat.Command] = (new(used > most ? pid : sum.Pid, stat.Command, sum.Processes + 1, sum.CpuNanos + used), Math.Max(most, used));
        }
        _before = now;
        return commands.Count == 0 ? null : commands.Values.MaxBy(command => command.Sum.CpuNanos).Sum;
    }

    // "cpu  user nice system idle iowait irq softirq steal guest guest_nice", then a line for each processor.
    internal static MachineCpu? Parse(string stat)
    {
        var lines = stat.Split('\n');
        var fields = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields is not ["cpu", ..] || fields.Length < 9) return null;
        long Ticks(int field) => long.TryParse(fields[field], out var ticks) ? ticks : 0;
        var cores = lines.Skip(1).TakeWhile(line => line.StartsWith("cpu", StringComparison.Ordinal)).Count();
        return new(cores, BootClock.Nanos(Ticks(1) + Ticks(2) + Ticks(3) + Ticks(6) + Ticks(7)), BootClock.Nanos(Ticks(8)));
    }
}
