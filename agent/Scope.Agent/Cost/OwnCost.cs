// What Scope itself takes of the machine: its own CPU time and memory, always shown.
using System.Diagnostics;
using Scope.Store.Recordings;

namespace Scope.Agent.Cost;

/// <summary>Reads this process's cost since it was made.</summary>
sealed class OwnCost
{
    readonly Stopwatch _watch = Stopwatch.StartNew();
    readonly TimeSpan _cpuAtStart = Environment.CpuUsage.TotalTime;
    TimeSpan _lastCpu = Environment.CpuUsage.TotalTime;
    TimeSpan _lastAt;

    /// <summary>CPU time since the start.</summary>
    public TimeSpan Cpu => Environment.CpuUsage.TotalTime - _cpuAtStart;

    /// <summary>Resident memory, bytes.</summary>
    public static long MemoryBytes => Environment.WorkingSet;

    /// <summary>The most memory that was resident at once, bytes.</summary>
    public static long PeakMemoryBytes
    {
        get
        {
            using var self = Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }

    /// <summary>The cost as the report tells it.</summary>
    public RecordingCost ForReport(double targetOverhead) => new((long)Cpu.TotalNanoseconds, PeakMemoryBytes, targetOverhead,
        "events by kind, times what one costs the target (measured on .NET 10, mix of small requests)");

    /// <summary>Cores in use since the last call.</summary>
    public double CoresSinceLast()
    {
        var (cpu, at) = (Environment.CpuUsage.TotalTime, _watch.Elapsed);
        var cores = at > _lastAt ? (cpu - _lastCpu) / (at - _lastAt) : 0;
        (_lastCpu, _lastAt) = (cpu, at);
        return cores;
    }
}
