// Reads single facts of a process from /proc. A process may end between two reads and belong to anybody, so "not there"
// and "not for you" are ordinary answers: null.
using System.Text;

namespace Scope.Attach.Processes;

/// <summary>Facts of a process as the kernel tells them.</summary>
static class ProcFs
{
    /// <summary>The user that we run as.</summary>
    public static int OwnUid { get; } = EffectiveUid(System.Environment.ProcessId) ?? 0;

    /// <summary>All pids that can be seen.</summary>
    public static IEnumerable<int> Pids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), out var pid))
                yield return pid;
    }

    /// <summary>Whether the process is there and can still answer: one that only waits to be reaped cannot.</summary>
    public static bool IsRunning(int pid) => State(pid) is not (null or 'Z' or 'X');

    /// <summary>The state letter: R running, S sleeping, D in the kernel, T stopped, t traced, Z dead; null when there is no such process.</summary>
    public static char? State(int pid) => Stat(pid)?.State;

    /// <summary>The line of numbers of a process.</summary>
    public static ProcStat? Stat(int pid) => ReadText($"/proc/{pid}/stat") is { } text ? ProcStat.Parse(text) : null;

    /// <summary>A line of /proc/PID/status by its name, without the name.</summary>
    public static string? Status(int pid, string name)
    {
        if (ReadText($"/proc/{pid}/status") is not { } text) return null;
        foreach (var line in text.AsSpan().EnumerateLines())
            if (line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] == ':')
                return line[(name.Length + 1)..].Trim().ToString();
        return null;
    }

    /// <summary>The pid that the process has in its own namespace.</summary>
    public static int InnerPid(int pid) => Status(pid, "NSpid")?.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries) is [.., var last] && int.TryParse(last, out var inner) ? inner : pid;

    /// <summary>The effective user id; null when the process is gone.</summary>
    public static int? EffectiveUid(int pid) => Status(pid, "Uid")?.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries) is [_, var effective, ..] && int.TryParse(effective, out var uid) ? uid : null;

    /// <summary>The effective group id; null when the process is gone.</summary>
    public static int? EffectiveGid(int pid) => Status(pid, "Gid")?.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries) is [_, var effective, ..] && int.TryParse(effective, out var gid) ? gid : null;

    /// <summary>The arguments; empty for kernel threads and the dead.</summary>
    public static string[] Arguments(int pid) => ReadText($"/proc/{pid}/cmdline") is { Length: > 0 } text ? text.TrimEnd('\0').Split('\0') : [];

    /// <summary>The environment that the process was started with; null when we may not read it.</summary>
    public static Dictionary<string, string>? Environment(int pid)
    {
        if (ReadText($"/proc/{pid}/environ") is not { } text) return null;
        var variables = new Dictionary<string, string>();
        foreach (var variable in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (variable.IndexOf('=') is > 0 and var equals)
                variables.TryAdd(variable[..equals], variable[(equals + 1)..]);
        return variables;
    }

    /// <summary>Where a link such as exe, root or ns/mnt points; null when we may not know.</summary>
    public static string? Link(int pid, string name)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/{name}", returnFinalTarget: false) is { } target ? LinkText(target) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A whole file, or null when it is not there or not for us.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path, Encoding.UTF8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // A link of /proc such as "mnt:[4026531840]" is no path; .NET puts the folder of the link before it.
    static string LinkText(FileSystemInfo target) => target.FullName.Contains(":[", StringComparison.Ordinal) ? target.Name : target.FullName;
}

/// <summary>What we use of /proc/PID/stat.</summary>
/// <param name="Command">The command's name, cut by the kernel at 15 bytes.</param>
/// <param name="State">The state letter.</param>
/// <param name="ParentPid">Its parent.</param>
/// <param name="UserTicks">Time in user code, in clock ticks.</param>
/// <param name="SystemTicks">Time in the kernel, in clock ticks.</param>
/// <param name="Threads">How many threads it has.</param>
/// <param name="StartTicks">When it began, in clock ticks since boot: the same number that stands in its socket's name.</param>
/// <param name="ResidentPages">Pages in memory.</param>
readonly record struct ProcStat(string Command, char State, int ParentPid, long UserTicks, long SystemTicks, int Threads, long StartTicks, long ResidentPages)
{
    /// <summary>Reads the line; null when it is not one. The name may hold spaces and brackets, so the last bracket ends it.</summary>
    public static ProcStat? Parse(ReadOnlySpan<char> line)
    {
        int open = line.IndexOf('('), close = line.LastIndexOf(')');
        if (open < 0 || close < open || close + 2 >= line.Length) return null;
        Span<Range> parts = stackalloc Range[40];
        var rest = line[(close + 2)..];
        if (rest.Split(parts, ' ') < 22) return null;
        // Fields are numbered from 1 in proc(5), and the state, field 3, is the first here.
        return new(line[(open + 1)..close].ToString(), rest[parts[0]][0], (int)Number(rest, parts, 4), Number(rest, parts, 14), Number(rest, parts, 15),
            (int)Number(rest, parts, 20), Number(rest, parts, 22), Number(rest, parts, 24));
    }

    static long Number(ReadOnlySpan<char> rest, Span<Range> parts, int field) => long.TryParse(rest[parts[field - 3]], out var value) ? value : 0;
}
