// A target process with the real recorder on it, as scope-attach wires it: what latency and the target's cost are measured on.
using Scope.Agent;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Testing;

namespace Scope.Benchmarks;

static class RecordedTarget
{
    /// <summary>The provider text of the mixed target's own events.</summary>
    public const string OwnEvents = "Scope-Targets-Mixed:0xFFFFFFFFFFFFFFFF:5";

    /// <summary>A profile with the mixed target's own events.</summary>
    public static Profile WithOwnEvents(Profile profile) => profile.With(ProviderText.Parse(OwnEvents).Value);

    /// <summary>Starts the mixed target at so many rounds a second and waits until it runs.</summary>
    public static async Task<ChildProcess> StartMixedAsync(int roundsASecond)
    {
        var child = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "Scope.Targets.Mixed.dll"), "paced", roundsASecond.ToString()]);
        await child.LineAsync("ready");
        return child;
    }

    /// <summary>Begins to record a process as scope-attach does by default.</summary>
    public static async Task<Recorder> RecordAsync(int pid, Profile profile, string folder)
    {
        var port = DiagnosticPort.Of(pid);
        var process = ProcessList.Find(pid.ToString()).Value;
        return (await Recorder.StartAsync(port, Scope.Agent.Targets.Describe(process, (await port.InfoAsync()).Value), new RecorderSettings
        {
            Profile = profile,
            BufferMegabytes = 256,
            OutputFolder = folder,
            PayloadBytes = Limits.PayloadStoreBytes,
            RingEvents = Limits.SessionRingEvents,
        }, CancellationToken.None)).Value;
    }

    /// <summary>What the kernel counts of a process.</summary>
    public static ProcessUsage UsageOf(int pid) =>
        new ProcessCounters(pid).TryRead(out var usage) ? usage : throw new InvalidOperationException($"process {pid} is gone in the middle of the benchmark");
}
