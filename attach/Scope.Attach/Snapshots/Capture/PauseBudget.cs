// How long a snapshot will hold its target, and whether that is within what was allowed; and whether we have the memory.
// Known beforehand, so that nobody's service stands still longer than somebody agreed to.
using System.Globalization;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>What a snapshot of a target would take.</summary>
/// <param name="Threads">Its threads.</param>
/// <param name="OwnBytes">Memory that is its own: what would be copied.</param>
readonly record struct PauseBudget(int Threads, long OwnBytes)
{
    // Measured on two noisy cores: 34 ms at 0.1 GB, 179 to 231 at 1 GB with 225 threads, 616 to 705 at 4 GB.
    // A dump is written by another program, through the disk: 1.2 s at 0.1 GB, 5.4 s at 1 GB.
    const double DumpBaseMillis = 700, DumpBytesPerMilli = 0.2e6;
    const double BaseMillis = 10, MillisPerThread = 0.1, BytesPerMilli = 5e6;

    /// <summary>Looks at a process; null when it is gone.</summary>
    public static PauseBudget? Of(int pid)
    {
        if (ProcFs.Stat(pid) is not { } stat) return null;
        var own = Kilobytes(ProcFs.Status(pid, "RssAnon")) + Kilobytes(ProcFs.Status(pid, "RssShmem")) + Kilobytes(ProcFs.Status(pid, "VmSwap"));
        return new(stat.Threads, (own > 0 ? own : stat.ResidentPages * 4) * 1024);
    }

    /// <summary>How long a level will hold the target, ms.</summary>
    /// <param name="level">The level.</param>
    /// <param name="heapBytes">Of the memory, what is the heap, which the lowest level leaves out.</param>
    public double EstimateMillis(SnapshotLevel level, long heapBytes = 0) => level == SnapshotLevel.Dump ? DumpBaseMillis + OwnBytes / DumpBytesPerMilli :
        BaseMillis + Threads * MillisPerThread + (level == SnapshotLevel.Stacks ? Math.Max(0, OwnBytes - heapBytes) : OwnBytes) / BytesPerMilli;

    /// <summary>Why we have not the memory for a copy; null when we have. The copy itself, and half as much to work it out.</summary>
    public AttachFailure? MemoryObstacle(int pid)
    {
        var needed = (OwnBytes + OwnBytes / 2 >> 20) + (Limits.SnapshotSpareBytes >> 20);
        var free = MemoryLimits.AvailableMegabytes();
        return free >= needed ? null : new(AttachReason.NotSupported, pid,
            $"a copy of process {pid} takes {needed} MB here and {free} MB are free (our control group's limit counts); --level stacks takes less, or take it where there is room");
    }

    static long Kilobytes(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, ..] && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes : 0;
}
