// doctor: what works on this machine and what does not, each with the way to mend it. A table of checks; each looks at
// the real thing and changes nothing.
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Scope.Attach.Hooks;
using Scope.Attach.Port;

namespace Scope.Attach.Processes;

/// <summary>Looks at what the main job needs.</summary>
public static class Doctor
{
    static readonly ImmutableArray<Func<DoctorRequest, CancellationToken, Task<DoctorCheck?>>> Checks =
    [
        (_, _) => Task.FromResult<DoctorCheck?>(Platform()),
        (_, _) => Task.FromResult<DoctorCheck?>(User()),
        (_, _) => Task.FromResult<DoctorCheck?>(Folder()),
        (_, _) => Task.FromResult<DoctorCheck?>(Targets()),
        (request, cancel) => TargetAsync(request.Pid, cancel),
        (request, cancel) => InsideAsync(request.Pid, cancel),
        (_, _) => Task.FromResult<DoctorCheck?>(Ptrace()),
        (request, _) => Task.FromResult<DoctorCheck?>(Memory(request.AgentMegabytes)),
        (_, _) => Task.FromResult<DoctorCheck?>(Compiler()),
        (_, _) => Task.FromResult<DoctorCheck?>(Clock()),
        (request, cancel) => PostgresCheck.RunAsync(request.PostgresConnection, cancel),
    ];

    /// <summary>Runs all checks that apply, in the order of their importance.</summary>
    public static async Task<IReadOnlyList<DoctorCheck>> CheckAsync(DoctorRequest request, CancellationToken cancel = default)
    {
        var results = new List<DoctorCheck>();
        foreach (var check in Checks)
            if (await check(request, cancel) is { } result)
                results.Add(result);
        return [.. results, .. OperatingSystem.IsLinux() ? Rights.Checks() : []];
    }

    static DoctorCheck Platform() => OperatingSystem.IsLinux()
        ? new("platform", CheckStatus.Ok, $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, .NET {Environment.Version}")
        : new("platform", CheckStatus.Fail, $"{RuntimeInformation.OSDescription}: Scope finds and reads processes through /proc, which only Linux has", "Run it on Linux, where the target is");

    static DoctorCheck User() => ProcFs.OwnUid == 0
        ? new("user", CheckStatus.Ok, "we run as root and may attach to the processes of every user")
        : new("user", CheckStatus.Ok, $"we run as {Users.Name(ProcFs.OwnUid)} and may attach to this user's processes only", "For others: run as their user, or with sudo");

    static DoctorCheck Folder()
    {
        var folder = Path.GetTempPath();
        try
        {
            var probe = Directory.CreateTempSubdirectory("scope-doctor-");
            probe.Delete();
            return new("temporary folder", CheckStatus.Ok, $"{folder} can be written: \"run --\" works, and runtimes find room for their sockets");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("temporary folder", CheckStatus.Fail, $"{folder} cannot be written ({e.Message})", "Set TMPDIR to a folder that we may write, or free room in it");
        }
    }

    static DoctorCheck Targets()
    {
        var all = ProcessList.Read();
        var open = all.Count(p => p.Obstacle is null);
        if (all.Count == 0) return new("targets", CheckStatus.Warn, "no .NET process is running that we can see", "Start one; in a container, share the pid namespace or run Scope inside");
        return open == 0
            ? new("targets", CheckStatus.Fail, $"none of {all.Count} .NET processes lets us attach: {all[0].Obstacle!.Message}", "scope-attach ps says why for each")
            : new("targets", CheckStatus.Ok, $"{open} of {all.Count} .NET processes let us attach");
    }

    static async Task<DoctorCheck?> TargetAsync(int? pid, CancellationToken cancel)
    {
        if (pid is not { } target) return null;
        var name = $"process {target}";
        if (!(await DiagnosticPort.Of(target).InfoAsync(cancel)).Try(out var info, out var failure)) return new(name, CheckStatus.Fail, failure.Message, "The line says what to do");
        var version = info.MajorVersion;
        return version switch
        {
            >= 10 => new(name, CheckStatus.Ok, $"{info.EntryAssembly} on .NET {info.Version} answers; everything can be recorded"),
            >= 8 => new(name, CheckStatus.Ok, $"{info.EntryAssembly} on .NET {info.Version} answers; allocations are not sampled, which .NET 10 brought"),
            >= 6 => new(name, CheckStatus.Warn, $"{info.EntryAssembly} on .NET {info.Version} answers, but its runtime walks the stack for every event: recording costs it more", "Take --profile light under load"),
            _ => new(name, CheckStatus.Warn, $"{info.CommandLine} runs on a runtime before .NET 6; only parts of it can be recorded", "Move it to a newer runtime"),
        };
    }

    // What can be seen from outside; that startup hooks were trimmed out of a single file shows only when it is tried.
    static async Task<DoctorCheck?> InsideAsync(int? pid, CancellationToken cancel)
    {
        if (pid is not { } target || !(await DiagnosticPort.Of(target).InfoAsync(cancel)).Try(out var info, out _)) return null;
        var others = Exporters.AreIn(target)
            ? "; OpenTelemetry is in it, whose sampling and exports stay as they are: its sources tell ids and no tags of what it does not sample" : "";
        return CollectorObstacle.Of(target, info) is { } obstacle
            ? new("inside", CheckStatus.Warn, $"the collector cannot be loaded into it: {obstacle}", "Recording takes the runtime's own events, which cost it more; --profile light costs least")
            : new("inside", CheckStatus.Ok, $"the collector can be loaded into it with --inside, which makes activities cost it a quarter{others}");
    }

    // Snapshots attach by ptrace; recording does not need it.
    static DoctorCheck Ptrace()
    {
        var scope = ProcFs.ReadText("/proc/sys/kernel/yama/ptrace_scope")?.Trim();
        var capable = Rights.MayPtrace;
        return scope switch
        {
            null or "0" => new("ptrace", CheckStatus.Ok, "snapshots may read the memory of processes that we may attach to"),
            "3" => new("ptrace", CheckStatus.Warn, "the kernel forbids reading another process's memory (ptrace_scope 3): snapshots only as a dump that the runtime writes (snapshot --level dump); recording works", "Only a reboot with another kernel.yama.ptrace_scope lifts it"),
            _ when capable => new("ptrace", CheckStatus.Ok, $"ptrace_scope is {scope}, and we have the right to pass it"),
            _ => new("ptrace", CheckStatus.Warn, $"ptrace_scope is {scope}: snapshots only as a dump that the runtime writes (snapshot --level dump); recording works", "sudo sysctl kernel.yama.ptrace_scope=0, or run as root"),
        };
    }

    static DoctorCheck Memory(int neededMegabytes)
    {
        var freeMegabytes = MemoryLimits.AvailableMegabytes();
        return freeMegabytes >= neededMegabytes
            ? new("memory", CheckStatus.Ok, $"{freeMegabytes} MB are free, and a recording takes up to {neededMegabytes} MB")
            : new("memory", CheckStatus.Warn, $"only {freeMegabytes} MB are free, and a recording takes up to {neededMegabytes} MB", "Lower limits.hot_events and capture.buffer_mb, or record from a machine with room");
    }

    static DoctorCheck Compiler()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "g++")).FirstOrDefault(File.Exists);
        return found is not null
            ? new("compiler", CheckStatus.Ok, $"{found} can build the part that probes need")
            : new("compiler", CheckStatus.Warn, "no g++ in PATH: everything works but probes of methods", "apt-get install g++");
    }

    // Events carry the target's monotonic clock; the wall clock only names the instant, so a wrong one misleads people.
    static DoctorCheck Clock()
    {
        var year = DateTime.UtcNow.Year;
        return year is >= 2024 and < 2100
            ? new("clock", CheckStatus.Ok, $"it is {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC, and timers tick {System.Diagnostics.Stopwatch.Frequency / 1_000_000} times a microsecond")
            : new("clock", CheckStatus.Warn, $"the clock says {DateTime.UtcNow:yyyy-MM-dd}, so reports name wrong times", "Set the clock (timedatectl set-ntp true)");
    }
}
