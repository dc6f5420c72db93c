// Addresses that a process may still take where it has a limit of them (ulimit -v). Each thread that the C library meets takes
// 64 MB of them for itself, and twice that for a moment; where they end the runtime ends the process. Measured: probes take up
// to 220 MB of addresses, a session of events 150 MB and its buffer; a target with 150 MB left died of either, which it would
// not have without us.
using System.Globalization;
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>Looks whether a process has addresses left for what is loaded into it.</summary>
static class AddressRoom
{
    const string Limit = "Max address space";

    /// <summary>What speaks against loading anything or beginning a session, in words that fit behind "because"; null when nothing does.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="bufferMegabytes">What is known to be taken beside.</param>
    public static string? Obstacle(int pid, int bufferMegabytes = 0) => Left(pid) >> 20 is { } left && left < Needed(bufferMegabytes)
        ? $"it may take {left} MB of addresses more (ulimit -v), and it needs {Needed(bufferMegabytes)} MB to be safe: where they end its runtime ends it. Raise its limit (prlimit --pid {pid} --as=unlimited:)"
        : null;

    static long Needed(int bufferMegabytes) => (Limits.HookAddressBytes >> 20) + bufferMegabytes;

    static long? Left(int pid)
    {
        if (ProcFs.ReadText($"/proc/{pid}/limits") is not { } limits || ProcFs.Status(pid, "VmSize")?.Split(' ')[0] is not { } size) return null;
        foreach (var line in limits.AsSpan().EnumerateLines())
            if (line.StartsWith(Limit, StringComparison.Ordinal) && line[Limit.Length..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var most, ..] && long.TryParse(most, CultureInfo.InvariantCulture, out var bytes))
                return Math.Max(0, bytes - 1024 * long.Parse(size, CultureInfo.InvariantCulture));
        return null;
    }
}
