// Why the collector cannot be loaded into a process, as far as that can be seen from outside before anything is tried; doctor
// says it, and loading asks it. What cannot be seen (startup hooks trimmed away in a single file) shows by the silence after.
using System.Text.Json;
using Scope.Attach.Port;
using Scope.Attach.Processes;

namespace Scope.Attach.Hooks;

/// <summary>Looks for what speaks against loading the collector.</summary>
public static class CollectorObstacle
{
    const int FirstVersion = 8;
    const string Switch = "System.StartupHookProvider.IsSupported";

    /// <summary>What speaks against it, in words that fit behind "because"; null when nothing does.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="info">What its runtime says of itself.</param>
    /// <param name="ownName">The name of the assembly that we would load; null to look for what speaks against any.</param>
    public static string? Of(int pid, RuntimeInfo info, string? ownName = null)
    {
        if (info.MajorVersion is > 0 and < FirstVersion) return $"its runtime is .NET {info.Version}, and code can be loaded into a running one from .NET {FirstVersion} on";
        if (ProcFs.ReadText($"/proc/{pid}/maps") is not { Length: > 0 } maps) return "we may not look into its memory map";
        if (!maps.Contains("libcoreclr.so", StringComparison.Ordinal) && !maps.Contains("doublemapper", StringComparison.Ordinal)) return "it was compiled ahead of time (native AOT), and its runtime loads no assemblies";
        if (OtherCollector(maps, ownName) is { } other) return $"{other}, another build of the collector, is loaded in it and stays until it ends: record with that version of Scope, or restart it";
        if (ProcFs.Link(pid, "ns/time") is { } theirs && ProcFs.Link(Environment.ProcessId, "ns/time") is { } ours && theirs != ours) return "its clock is another than ours (a time namespace)";
        if (SwitchedOff(pid)) return $"its startup hooks are switched off ({Switch} is false in its runtimeconfig.json, as trimming sets it)";
        return AddressRoom.Obstacle(pid);
    }

    static string? OtherCollector(string maps, string? ownName)
    {
        foreach (var line in maps.AsSpan().EnumerateLines())
            if (line.IndexOf('/' + CollectorFile.NamePrefix) is >= 0 and var at && line[(at + 1)..] is var file && ownName is not null && !file.StartsWith(ownName))
                return file.IndexOf(".dll") is > 0 and var end ? file[..end].ToString() : file.ToString();
        return null;
    }

    // Beside the entry assembly, where the command line names one, or beside the program that it was published as.
    static bool SwitchedOff(int pid)
    {
        var root = $"/proc/{pid}/root";
        var folder = ProcFs.Link(pid, "cwd") ?? "/";
        var programs = ProcFs.Arguments(pid).Take(3).Where(a => a.EndsWith(".dll", StringComparison.Ordinal)).Select(a => Path.ChangeExtension(Path.Combine(folder, a), null));
        foreach (var program in programs.Append(ProcFs.Link(pid, "exe") ?? "/"))
            if (ProcFs.ReadText($"{root}{program}.runtimeconfig.json") is { } text && IsOffIn(text)) return true;
        return false;
    }

    static bool IsOffIn(string runtimeConfig)
    {
        try
        {
            using var config = JsonDocument.Parse(runtimeConfig);
            return config.RootElement.TryGetProperty("runtimeOptions", out var options) && options.TryGetProperty("configProperties", out var properties)
                && properties.TryGetProperty(Switch, out var value) && value.ValueKind == JsonValueKind.False;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
