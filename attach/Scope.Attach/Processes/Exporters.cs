// Whether something in a process exports spans by decisions of its own, as far as that is seen from outside: it has
// OpenTelemetry loaded, or, before its first line has run, beside its program.
namespace Scope.Attach.Processes;

/// <summary>Looks for exporters.</summary>
public static class Exporters
{
    const string Library = "OpenTelemetry.dll";

    /// <summary>Whether OpenTelemetry is in a process. An application's own listener is not seen.</summary>
    public static bool AreIn(int pid) => ProcFs.ReadText($"/proc/{pid}/maps")?.Contains("/" + Library, StringComparison.Ordinal) == true || IsBesideProgram(pid);

    static bool IsBesideProgram(int pid)
    {
        var folder = ProcFs.Link(pid, "cwd") ?? "/";
        var programs = ProcFs.Arguments(pid).Take(3).Where(a => a.EndsWith(".dll", StringComparison.Ordinal)).Select(a => Path.Combine(folder, a)).Append(ProcFs.Link(pid, "exe") ?? "/");
        return programs.Any(program => File.Exists($"/proc/{pid}/root{Path.Combine(Path.GetDirectoryName(program) ?? "/", Library)}"));
    }
}
