// How much memory we may still take: what the machine has free, or what our control group leaves us if that is less.
using System.Globalization;

namespace Scope.Attach.Processes;

/// <summary>Memory that is left to us.</summary>
static class MemoryLimits
{
    /// <summary>Megabytes that can be had without swapping or being killed.</summary>
    public static long AvailableMegabytes() => Math.Min(MachineKilobytes() / 1024, GroupBytes() >> 20);

    static long MachineKilobytes()
    {
        foreach (var line in (ProcFs.ReadText("/proc/meminfo") ?? "").Split('\n'))
            if (line.StartsWith("MemAvailable:", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..])
                return long.Parse(kilobytes, CultureInfo.InvariantCulture);
        return long.MaxValue;
    }

    // Control groups of version 2; "max" and a missing file are no limit.
    static long GroupBytes()
    {
        var limit = ProcFs.ReadText("/sys/fs/cgroup/memory.max")?.Trim();
        var used = ProcFs.ReadText("/sys/fs/cgroup/memory.current")?.Trim();
        return long.TryParse(limit, out var most) && long.TryParse(used, out var now) ? Math.Max(0, most - now) : long.MaxValue;
    }
}
