// A control group with a bound of memory, below the one that we are in: made as root, on cgroup v1 and v2.
using System.Globalization;

namespace Scope.Soak.Faults;

/// <summary>A control group, removed on dispose.</summary>
sealed class MemoryGroup : IDisposable
{
    readonly string _folder, _peak;

    MemoryGroup(string folder, string peak) => (_folder, _peak) = (folder, peak);

    /// <summary>Makes a group; null, with the reason, where that is not possible here.</summary>
    public static MemoryGroup? TryMake(int megabytes, out string problem)
    {
        try
        {
            var own = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)).ToList();
            var v1 = own.Find(parts => parts[1] == "memory")?[2];
            var parent = v1 is not null ? "/sys/fs/cgroup/memory" + v1 : "/sys/fs/cgroup" + own.Find(parts => parts[0] == "0")?[2];
            var folder = Path.Combine(parent, $"scope-fault-{Environment.ProcessId}");
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, v1 is not null ? "memory.limit_in_bytes" : "memory.max"), ((long)megabytes << 20).ToString(CultureInfo.InvariantCulture));
            problem = "";
            return new(folder, v1 is not null ? "memory.max_usage_in_bytes" : "memory.peak");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"none can be made here: {e.Message}";
            return null;
        }
    }

    /// <summary>The most that it held at once.</summary>
    public long PeakBytes => long.TryParse(File.ReadAllText(Path.Combine(_folder, _peak)), CultureInfo.InvariantCulture, out var bytes) ? bytes : 0;

    /// <summary>A command that starts a program inside of the group, with the program's pid its own.</summary>
    public string[] Command(string program, IEnumerable<string> arguments) => ["-c", $"echo $$ > {_folder}/cgroup.procs; exec \"$@\"", "sh", program, .. arguments];

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder);
        }
        catch (IOException)
        {
            // The kernel counts somebody in it yet; it goes with the machine.
        }
    }
}
