// Whose profiler sits in a target: the runtime takes one, and products that watch .NET services are one. Told by the
// variables that it was started with and by the libraries that are mapped.
using Scope.Attach.Processes;

namespace Scope.Attach.Probes;

/// <summary>Looks for another profiler.</summary>
public static class OtherProfiler
{
    static readonly (string Part, string Whose)[] Known =
    [
        ("Datadog", "Datadog's tracer"), ("NewRelicProfiler", "New Relic's agent"), ("appdprofiler", "AppDynamics' agent"), ("oneagent", "Dynatrace's OneAgent"),
        ("elastic_apm_profiler", "Elastic's APM agent"), ("OpenTelemetry.AutoInstrumentation", "OpenTelemetry's automatic instrumentation"), ("MonitorProfiler", "dotnet-monitor's profiler"),
        ("JetBrains", "a profiler of JetBrains"), ("ContrastProfiler", "Contrast's agent"), ("InstrumentationEngine", "the CLR Instrumentation Engine"), ("Instana", "Instana's tracer"),
    ];

    /// <summary>Who it is, in words that fit behind "the slot is taken by"; null when nothing speaks of one.</summary>
    public static string? Of(int pid)
    {
        var environment = ProcFs.Environment(pid);
        var asked = environment?.Where(v => v.Key.StartsWith("CORECLR_PROFILER_PATH", StringComparison.Ordinal)).Select(v => v.Value).FirstOrDefault(v => v.Length > 0);
        var mapped = (ProcFs.ReadText($"/proc/{pid}/maps") ?? "").Split('\n').Where(line => line.Contains(".so", StringComparison.Ordinal)).Select(line => line[(line.LastIndexOf(' ') + 1)..]).Distinct().ToList();
        foreach (var (part, whose) in Known)
            if (mapped.Append(asked ?? "").FirstOrDefault(path => Path.GetFileName(path).Contains(part, StringComparison.OrdinalIgnoreCase)) is { } path) return $"{whose} ({path})";
        if (environment?.GetValueOrDefault("CORECLR_ENABLE_PROFILING") != "1") return null;
        return $"the profiler that it was started with ({asked ?? environment.GetValueOrDefault("CORECLR_PROFILER") ?? "CORECLR_ENABLE_PROFILING=1"})";
    }
}
