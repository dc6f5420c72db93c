// Decides from the facts of a process whether we may attach, and says why not in one line that names the way out.
using Scope.Attach.Port;

namespace Scope.Attach.Processes;

/// <summary>The decision whether we may attach.</summary>
static class Attachability
{
    // Each switches the port off when it is "0". COMPlus_ is the older prefix, which runtimes still read.
    static readonly string[] Switches = ["DOTNET_EnableDiagnostics", "COMPlus_EnableDiagnostics", "DOTNET_EnableDiagnostics_IPC", "COMPlus_EnableDiagnostics_IPC"];

    /// <summary>Why we may not attach; null when we may.</summary>
    /// <param name="facts">The facts, null for a process that is not there.</param>
    /// <param name="pid">Which process was asked for.</param>
    /// <param name="ownUid">Who we are; 0 is root.</param>
    public static AttachFailure? Judge(ProcessFacts? facts, int pid, int ownUid)
    {
        if (facts is null) return new(AttachReason.Gone, pid, $"there is no process {pid} (or it has ended); scope-attach ps lists those that can be recorded");
        var name = facts.Stat.Command;
        if (facts.Dotnet == DotnetSign.None)
            return new(AttachReason.NotDotnet, pid, $"process {pid} ({name}) is not a .NET process: no runtime is loaded in it; scope-attach ps lists those that are");
        if (ownUid != 0 && facts.Uid != ownUid)
            return new(AttachReason.OtherUser, pid, $"process {pid} ({name}) belongs to user {Users.Name(facts.Uid)}, and we run as {Users.Name(ownUid)}; run as that user, or as root (sudo)");
        if (SwitchedOff(facts.Environment) is { } variable)
            return new(AttachReason.DiagnosticsOff, pid, $"process {pid} ({name}) was started with {variable}=0, which switches diagnostics off; start it without that to record it");
        if (facts.SocketPath is null)
            return new(AttachReason.DiagnosticsOff, pid, $"process {pid} ({name}) is a .NET process without a diagnostics socket in {Folder(facts)}; it is just starting, diagnostics are switched off in its configuration, or a clean-up deleted the socket (then only a restart brings it back)");
        return null;
    }

    static string? SwitchedOff(Dictionary<string, string>? environment) =>
        environment is null ? null : Array.Find(Switches, s => environment.TryGetValue(s, out var value) && IsZero(value));

    // The runtime reads these as hexadecimal numbers.
    static bool IsZero(string value) => value.Length > 0 && value.Trim().Replace("0x", "").Trim('0').Length == 0;

    static string Folder(ProcessFacts facts) => facts.Environment?.GetValueOrDefault("TMPDIR") is { Length: > 0 } folder ? folder : "/tmp";
}
