// The managed threads: stacks, names, and the objects on the stack of one that waits, among which is what it waits for.
using Microsoft.Diagnostics.Runtime;
using Scope.Attach.Processes;
using Scope.Attach.Snapshots.Capture;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>A thread while the snapshot is made.</summary>
/// <param name="Clr">What ClrMD knows of it.</param>
/// <param name="Told">What is told so far.</param>
/// <param name="Kind">What it waits for; null when it does not.</param>
/// <param name="Candidates">The objects on the frames of the wait and of its caller, the top first.</param>
sealed record ThreadDraft(ClrThread Clr, SnapshotThread Told, ThreadWaitKind? Kind, IReadOnlyList<ulong> Candidates);

/// <summary>Reads the threads.</summary>
static class ThreadsPart
{
    const int StackWordBytes = 8;

    /// <summary>All threads that have run managed code, in the runtime's order.</summary>
    /// <param name="target">The runtime.</param>
    /// <param name="pid">The process.</param>
    /// <param name="fields">Reads objects.</param>
    /// <param name="code">Collects methods and stacks.</param>
    /// <param name="threadObjects">The Thread objects of the heap; empty when it was not walked.</param>
    public static List<ThreadDraft> Read(TargetRuntime target, int pid, ObjectFields fields, CodeTable code, IReadOnlyList<ulong> threadObjects)
    {
        var names = new Dictionary<int, string>();
        foreach (var thread in threadObjects)
            if (fields.Text(thread, "_name") is { Length: > 0 } name) names[fields.Value<int>(thread, "_managedThreadId")] = name;
        var drafts = new List<ThreadDraft>();
        foreach (var thread in target.Runtime.Threads)
        {
            if (!thread.IsAlive || thread.OSThreadId == 0) continue;
            drafts.Add(Draft(target, thread, fields, code, names.GetValueOrDefault(thread.ManagedThreadId) ?? KernelName(pid, thread.OSThreadId)));
        }
        return drafts;
    }

    static ThreadDraft Draft(TargetRuntime target, ClrThread thread, ObjectFields fields, CodeTable code, string name)
    {
        var frames = thread.EnumerateStackTrace(includeContext: false, maxFrames: Limits.SnapshotFrames * 4).ToList();
        var managed = frames.Where(f => f is { Kind: ClrStackFrameKind.ManagedMethod, Method: not null }).ToList();
        var stack = code.Of(frames);
        var kind = WaitTable.Of(managed.Select(f => code.Methods[code.Of(f.Method)]), out var depth);
        var told = new SnapshotThread
        {
            OsId = thread.OSThreadId, ManagedId = thread.ManagedThreadId, Name = name, Stack = stack, IsFinalizer = thread.IsFinalizer, IsGc = thread.IsGc,
            IsPoolWorker = managed.Any(f => f.Method!.Type?.Name?.StartsWith("System.Threading.PortableThreadPool+WorkerThread", StringComparison.Ordinal) ?? false),
            Exception = thread.CurrentException?.Type.Name ?? "",
        };
        return new(thread, told, kind, kind is null or ThreadWaitKind.Sleep ? [] : Candidates(target, thread, fields, frames, managed, depth));
    }

    // First what the runtime says are references, then every word of that part of the stack: optimised code may hold the
    // last reference in a register that only native code has saved.
    static List<ulong> Candidates(TargetRuntime target, ClrThread thread, ObjectFields fields, List<ClrStackFrame> frames, List<ClrStackFrame> managed, int depth)
    {
        var end = depth + 1 < managed.Count ? managed[depth + 1].StackPointer : depth < managed.Count ? managed[depth].StackPointer + 256 : thread.StackBase;
        var found = new List<ulong>();
        foreach (var root in thread.EnumerateStackRoots())
            if (root.StackFrame is { } frame && frame.StackPointer <= end && root.Object is { IsValid: true } found1) found.Add(found1.Address);
        var start = frames.Count > 0 ? Math.Min(frames[0].StackPointer, managed[0].StackPointer) : end;
        Span<byte> context = stackalloc byte[0x4d0];
        if (target.Reader.GetThreadContext(thread.OSThreadId, 0x10000f, context)) start = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(context[0x98..]);
        for (var at = start & ~7UL; at < end && at < start + Limits.SnapshotStackScan; at += StackWordBytes)
            if (fields.Word(at) is var word && (word & 7) == 0 && word != 0 && fields.Heap.GetSegmentByAddress(word) is not null) found.Add(word);
        return found;
    }

    static string KernelName(int pid, uint thread) => ProcFs.ReadText($"/proc/{pid}/task/{thread}/comm")?.Trim() ?? "";
}
