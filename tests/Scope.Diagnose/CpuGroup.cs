// A cgroup with a bound of processor time, below the one that we are in: made as root, on cgroup v1 and v2.
using System.Globalization;

namespace Scope.Diagnose;

/// <summary>A control group, removed on dispose.</summary>
sealed class CpuGroup : IDisposable
{
    const int PeriodMicros = 100_000;

    readonly string _folder;

    CpuGroup(string folder) => _folder = folder;

    /// <summary>Makes a group; null, with the reason, where that is not possible here.</summary>
    public static CpuGroup? TryMake(double cores, out string problem)
    {
        try
        {
            var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).ToList();
            string? v1 = own.Find(parts => parts[1].Split(',').Contains("cpu"))?[2];
            string name = $"scope-diagnose-{System.Environment.ProcessId}";
            string folder = v1 is not null ? $"/sys/fs/cgroup/cpu{v1}/{name}" : $"/sys/fs/cgroup{own.Find(parts => parts[0] == "0")?[2]}/{name}";
            Directory.CreateDirectory(folder);
            var group = new CpuGroup(folder);
            string quota = ((int)(cores * PeriodMicros)).ToString(CultureInfo.InvariantCulture);
            File.WriteAllText(Path.Combine(folder, v1 is not null ? "cpu.cfs_quota_us" : "cpu.max"), v1 is not null ? quota : $"{quota} {PeriodMicros}");
            problem = "";
            return group;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            problem = $"no cgroup can be made here: {failed.Message}";
            return null;
        }
    }

    /// <summary>A command that starts a program inside of the group, with the program's pid its own.</summary>
    public string[] Command(string program, IEnumerable<string> arguments) =>
        ["-c", $"echo $$ > {_folder}/cgroup.procs; exec \"$@\"", "sh", program, .. arguments];

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // Its own directory only: the files in it are the kernel's.
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // A process that still dies keeps it; the next run makes another.
        }
    }
}
