// Which container a process is in, by the id that engines put into the names of control groups.
using System.Text.RegularExpressions;

namespace Scope.Attach.Processes;

/// <summary>Containers of processes.</summary>
static partial class Containers
{
    /// <summary>The first 12 characters of the container's id; "other" for another mount namespace that no control group names; "" for ours.</summary>
    public static string Of(int pid)
    {
        if (!ProcessFacts.InOtherMountNamespace(pid)) return "";
        return IdIn(ProcFs.ReadText($"/proc/{pid}/cgroup") ?? "") is { } id ? id[..12] : "other";
    }

    /// <summary>The container's id in the text of /proc/PID/cgroup, or null.</summary>
    internal static string? IdIn(string controlGroups) => ContainerId().Match(controlGroups) is { Success: true } match ? match.Value : null;

    [GeneratedRegex("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerId();
}
