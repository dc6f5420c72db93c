// How much memory we may still take: what the machine has free, or what our control group leaves us if that is less.
using System.Globalization;

namespace Scope.Attach.Processes;

/// <summary>Memory that is left to us.</summary>
public static class MemoryLimits
{
    /// <summary>Megabytes that can be had without swapping or being killed.</summary>
    public static long AvailableMegabytes() => Math.Min(MachineKilobytes() / 1024, GroupBytes() >> 20);

    /// <summary>What our control group may use; long.MaxValue without a limit.</summary>
    public static long GroupLimitBytes() => ControlGroup.Of(Environment.ProcessId).Memory()?.LimitBytes ?? long.MaxValue;

    static long MachineKilobytes()
    {
        foreach (var line in (ProcFs.ReadText("/proc/meminfo") ?? "").Split('\n'))
            if (line.StartsWith("MemAvailable:", StringComparison.Ordinal) && line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..])
                return long.Parse(kilobytes, CultureInfo.InvariantCulture);
        return long.MaxValue;
    }

    static long GroupBytes() =>
        ControlGroup.Of(Environment.ProcessId).Memory() is { LimitBytes: < long.MaxValue } group ? Math.Max(0, group.LimitBytes - group.UsedBytes) : long.MaxValue;
}
