// All that decides whether we may attach to a process, read once, so that the decision itself is a function of data.
namespace Scope.Attach.Processes;

/// <summary>How sure it is that a .NET runtime is in a process.</summary>
public enum DotnetSign
{
    /// <summary>Its maps were read, and there is none.</summary>
    None,
    /// <summary>We may not look into the process, and nothing outside tells.</summary>
    Unknown,
    /// <summary>Its runtime's library is mapped, or its diagnostics socket is there.</summary>
    Found,
}

/// <summary>What is known of a process before we talk to it.</summary>
/// <param name="Pid">Its pid as we see it.</param>
/// <param name="InnerPid">Its pid in its own namespace.</param>
/// <param name="Stat">Its line of numbers.</param>
/// <param name="Uid">Its effective user.</param>
/// <param name="Arguments">Its command line.</param>
/// <param name="Environment">The environment it was started with; null when we may not read it.</param>
/// <param name="Dotnet">Whether a .NET runtime is in it.</param>
/// <param name="RuntimeVersion">The version in the path of its runtime's library; "" when that tells none.</param>
/// <param name="SocketPath">Where its diagnostics socket is, by a path that works for us; null when there is none.</param>
sealed record ProcessFacts(int Pid, int InnerPid, ProcStat Stat, int Uid, string[] Arguments, Dictionary<string, string>? Environment,
    DotnetSign Dotnet, string RuntimeVersion, string? SocketPath)
{
    /// <summary>Reads the facts; null when there is no such process, or it is already dead.</summary>
    public static ProcessFacts? Read(int pid)
    {
        if (ProcFs.Stat(pid) is not { } stat || !ProcFs.IsRunning(pid)) return null;
        if (ProcFs.EffectiveUid(pid) is not { } uid) return null;
        var inner = ProcFs.InnerPid(pid);
        var environment = ProcFs.Environment(pid);
        var socket = FindSocket(pid, inner, stat.StartTicks, environment);
        var (sign, version) = LookForRuntime(pid);
        if (socket is not null) sign = DotnetSign.Found;
        return new(pid, inner, stat, uid, ProcFs.Arguments(pid), environment, sign, version, socket);
    }

    // Its own folder first, then the default one: TMPDIR may have been set by the program that started it and read by nobody.
    static string? FindSocket(int pid, int inner, long startTicks, Dictionary<string, string>? environment)
    {
        var root = InOtherMountNamespace(pid) ? $"/proc/{pid}/root" : "";
        string?[] folders = [environment?.GetValueOrDefault("TMPDIR"), "/tmp"];
        foreach (var folder in folders.Where(f => !string.IsNullOrEmpty(f)).Distinct())
        {
            var exact = $"{root}{folder!.TrimEnd('/')}/dotnet-diagnostic-{inner}-{startTicks}-socket";
            if (File.Exists(exact)) return exact;
            // In another time namespace the start time differs: then the newest of that pid is the one.
            if (NewestOf($"{root}{folder}", $"dotnet-diagnostic-{inner}-*-socket") is { } newest && root.Length > 0) return newest;
        }
        return null;
    }

    static string? NewestOf(string folder, string pattern)
    {
        try
        {
            return Directory.EnumerateFiles(folder, pattern).MaxBy(File.GetLastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // The runtime is a library of that name, or linked into a single-file program, which still maps its code twice under
    // a name of the runtime's own. A process that lets us read no maps tells nothing.
    static (DotnetSign Sign, string Version) LookForRuntime(int pid)
    {
        if (ProcFs.ReadText($"/proc/{pid}/maps") is not { Length: > 0 } maps) return (DotnetSign.Unknown, "");
        var at = maps.IndexOf("/libcoreclr.so", StringComparison.Ordinal);
        if (at < 0) return (maps.Contains("doublemapper", StringComparison.Ordinal) ? DotnetSign.Found : DotnetSign.None, "");
        var folder = maps[(maps.LastIndexOf('\n', at) + 1)..at];
        var version = folder[(folder.LastIndexOf('/') + 1)..];
        return (DotnetSign.Found, version.Length > 0 && char.IsAsciiDigit(version[0]) ? version : "");
    }

    /// <summary>Whether its files are others than ours.</summary>
    public static bool InOtherMountNamespace(int pid) =>
        ProcFs.Link(pid, "ns/mnt") is { } theirs && ProcFs.Link(System.Environment.ProcessId, "ns/mnt") is { } ours && theirs != ours;
}
