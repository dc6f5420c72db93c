// What the control group of a process allows it and how often it was held back. Both versions of the interface say the same
// in other files, so the difference is a table. A group inherits the limits of those above it: the tightest one counts.
using System.Globalization;

namespace Scope.Attach.Processes;

/// <summary>The group's CPU.</summary>
/// <param name="LimitCores">Processors that it may use at once.</param>
/// <param name="Periods">Periods in which it ran, since the group was made.</param>
/// <param name="ThrottledPeriods">Of these, in how many it was stopped.</param>
/// <param name="ThrottledNanos">For how long, of all its threads.</param>
public readonly record struct GroupCpu(double LimitCores, long Periods, long ThrottledPeriods, long ThrottledNanos);

/// <summary>The group's memory.</summary>
/// <param name="LimitBytes">What it may use; long.MaxValue without a limit.</param>
/// <param name="UsedBytes">What it uses, but for file pages that can be dropped at once.</param>
/// <param name="OomKills">Processes that were killed for want of memory.</param>
public readonly record struct GroupMemory(long LimitBytes, long UsedBytes, long OomKills);

/// <summary>The control group of one process.</summary>
public sealed class ControlGroup
{
    // Version 1 says "no limit" by the largest multiple of a page.
    const long Boundless = 1L << 60;

    sealed record Layout(string CpuController, string MemoryController, string[] Quota, string ThrottledKey, long ThrottledUnitNanos,
        string MemoryLimit, string MemoryUsed, string DroppableKey, string OomFile);

    static readonly Layout Version1 = new("cpu", "memory", ["cpu.cfs_quota_us", "cpu.cfs_period_us"], "throttled_time", 1,
        "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "memory.oom_control");

    static readonly Layout Version2 = new("", "", ["cpu.max"], "throttled_usec", 1000, "memory.max", "memory.current", "inactive_file", "memory.events");

    readonly (string Folder, Layout Layout)? _cpu, _memory;

    ControlGroup((string, Layout)? cpu, (string, Layout)? memory) => (_cpu, _memory) = (cpu, memory);

    /// <summary>The group that a process is in now, as far as its files can be seen from here.</summary>
    public static ControlGroup Of(int pid)
    {
        // A process in a container sees its own mounts; the files of its group are reached through them.
        var inside = $"/proc/{pid}/root";
        var mounts = ProcFs.ReadText($"/proc/{pid}/mountinfo") ?? "";
        var groups = ProcFs.ReadText($"/proc/{pid}/cgroup") ?? "";
        return new(Find(inside, mounts, groups, Version1.CpuController, "cpu.stat"), Find(inside, mounts, groups, Version1.MemoryController, "memory.stat"));
    }

    /// <summary>Its CPU; null when none of its groups has a limit.</summary>
    public GroupCpu? Cpu()
    {
        if (_cpu is not var (leaf, layout)) return null;
        GroupCpu? tightest = null;
        foreach (var folder in Upwards(leaf))
            if (Cores(folder, layout) is { } cores && (tightest is null || cores < tightest.Value.LimitCores))
                tightest = Throttling(folder, layout, cores);
        return tightest;
    }

    /// <summary>Its memory; null when it cannot be seen.</summary>
    public GroupMemory? Memory()
    {
        if (_memory is not var (leaf, layout)) return null;
        GroupMemory? tightest = null;
        foreach (var folder in Upwards(leaf))
            if (Number(Path.Combine(folder, layout.MemoryUsed)) is { } used)
            {
                var limit = Number(Path.Combine(folder, layout.MemoryLimit)) is { } bytes and < Boundless ? bytes : long.MaxValue;
                if (tightest is null || limit < tightest.Value.LimitBytes)
                    tightest = new(limit, Math.Max(0, used - Value(Path.Combine(folder, "memory.stat"), layout.DroppableKey)), Value(Path.Combine(folder, layout.OomFile), "oom_kill"));
            }
        return tightest;
    }

    /// <summary>The folder of a controller: version 1 where that controller is mounted by itself, else version 2.</summary>
    static (string Folder, Layout Layout)? Find(string root, string mounts, string groups, string controller, string probe)
    {
        foreach (var (layout, name) in new[] { (Version1, controller), (Version2, "") })
            if (PathOf(groups, name) is { } path && MountOf(mounts, name) is var (point, mountRoot))
                foreach (var folder in (string[])[root + point + Below(path, mountRoot), root + point])
                    if (File.Exists(Path.Combine(folder, probe)))
                        return (folder.TrimEnd('/'), layout);
        return null;
    }

    // Lines of /proc/PID/cgroup: "4:memory:/a/b"; version 2 is "0::/a/b".
    internal static string? PathOf(string groups, string controller)
    {
        foreach (var line in groups.Split('\n'))
            if (line.Split(':', 3) is [_, var controllers, var path] && (controller.Length == 0 ? controllers.Length == 0 : controllers.Split(',').Contains(controller)))
                return path;
        return null;
    }

    // Lines of mountinfo: "32 31 0:29 ROOT POINT rw,… - TYPE SOURCE rw,cpu".
    internal static (string Point, string Root)? MountOf(string mounts, string controller)
    {
        foreach (var line in mounts.Split('\n'))
        {
            if (line.Split(" - ") is not [var mount, var system] || mount.Split(' ') is not [_, _, _, var root, var point, ..] || system.Split(' ') is not [var type, _, var options]) continue;
            if (controller.Length == 0 ? type == "cgroup2" : type == "cgroup" && options.Split(',').Contains(controller)) return (point, root);
        }
        return null;
    }

    // A container often sees its own group as the root of the mount; the path is then told from the host's root.
    static string Below(string path, string mountRoot) =>
        mountRoot != "/" && path.StartsWith(mountRoot, StringComparison.Ordinal) ? path[mountRoot.Length..] : path;

    static IEnumerable<string> Upwards(string folder)
    {
        for (var at = folder; at is not null && Directory.Exists(at) && (File.Exists(Path.Combine(at, "cgroup.procs")) || at == folder); at = Path.GetDirectoryName(at)) yield return at;
    }

    static double? Cores(string folder, Layout layout)
    {
        // "50000 100000" in one file or in two; "max" or -1 is no limit.
        var text = string.Join(' ', layout.Quota.Select(file => ProcFs.ReadText(Path.Combine(folder, file))?.Trim()));
        return text.Split(' ') is [var quota, var period] && long.TryParse(quota, out var micros) && micros > 0 && long.TryParse(period, out var each) && each > 0 ? (double)micros / each : null;
    }

    static GroupCpu Throttling(string folder, Layout layout, double cores)
    {
        var stat = Path.Combine(folder, "cpu.stat");
        return new(cores, Value(stat, "nr_periods"), Value(stat, "nr_throttled"), Value(stat, layout.ThrottledKey) * layout.ThrottledUnitNanos);
    }

    static long? Number(string file) => long.TryParse(ProcFs.ReadText(file)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static long Value(string file, string key)
    {
        foreach (var line in (ProcFs.ReadText(file) ?? "").AsSpan().EnumerateLines())
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ' && long.TryParse(line[(key.Length + 1)..], out var value))
                return value;
        return 0;
    }
}
