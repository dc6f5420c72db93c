// What the recording says of its target, from what the process list and the runtime know of it.
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events;

namespace Scope.Agent;

static class Targets
{
    /// <summary>Describes a process that we are about to record.</summary>
    public static TargetInfo Describe(DotnetProcess process, RuntimeInfo runtime) => new(
        process.Pid,
        runtime.EntryAssembly.Length > 0 ? runtime.EntryAssembly : process.Name,
        process.CommandLine,
        runtime.Version.Length > 0 ? runtime.Version : process.RuntimeVersion,
        runtime.Architecture,
        runtime.OperatingSystem,
        process.StartTime,
        Environment.ProcessorCount,
        runtime.EntryAssembly.Length > 0 ? runtime.EntryAssembly : process.Name);

    /// <summary>Describes a process whose runtime does not answer.</summary>
    public static TargetInfo Describe(DotnetProcess process) => new(
        process.Pid, process.Name, process.CommandLine, process.RuntimeVersion, System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), "Linux", process.StartTime, Environment.ProcessorCount, process.Name);
}
