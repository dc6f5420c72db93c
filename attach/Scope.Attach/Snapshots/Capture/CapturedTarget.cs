// Holds a target for as long as copying takes, and gives what was copied. Everything that can be done before the pause is
// done before it, what can be done after comes after; between the two is nothing but registers and memory.
using Scope.Attach.Port;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>A target's memory and registers at one instant.</summary>
/// <param name="Runtime">The runtime in the copy.</param>
/// <param name="Copy">The copied memory.</param>
/// <param name="Level">How much was copied.</param>
/// <param name="Time">When the target stood still.</param>
/// <param name="PauseNanos">How long, all attempts together.</param>
/// <param name="EstimateNanos">How long one was thought to take.</param>
/// <param name="Attempts">How often.</param>
sealed record CapturedTarget(TargetRuntime Runtime, MemoryCopy Copy, SnapshotLevel Level, EventTime Time, long PauseNanos, long EstimateNanos, int Attempts) : IDisposable
{
    const double NanosPerMilli = 1e6;
    const int RetryMillis = 30; // A collection that was met takes some such time to end.

    /// <summary>Copies a target. To be called on a thread that does nothing else and then ends: the kernel ties the pause to it.</summary>
    public static Attempt<CapturedTarget> Take(SnapshotRequest request)
    {
        var pid = request.Pid;
        if (request.Level == SnapshotLevel.Dump) return TakeDump(request);
        if (!ThreadContexts.IsSupported) return new AttachFailure(AttachReason.NotSupported, pid, "snapshots read the registers of Linux on x64 only; --level dump works on others");
        if (PauseBudget.Of(pid) is not { } budget) return new AttachFailure(AttachReason.Gone, pid, $"there is no process {pid}");
        MakeReady();
        if (Warm(request, out var heap, Limits.SnapshotAttempts) is { } unreadable) return unreadable;
        var heapBytes = heap.Sum(run => (long)run.Bytes);
        if (!ChooseLevel(request, budget, heapBytes).Try(out var chosen, out var failure)) return failure;
        if (chosen.Level == SnapshotLevel.Copy && budget.MemoryObstacle(pid) is { } memory)
        {
            if (request.Level is not null) return memory;
            chosen = new(SnapshotLevel.Stacks, budget.EstimateMillis(SnapshotLevel.Stacks, heapBytes));
        }
        return TakeRepeatedly(request, chosen, chosen.Level == SnapshotLevel.Stacks ? heap : []);
    }

    // The runtime does it all itself; nothing of ours touches it, and no right of ours is needed but to talk to it.
    static Attempt<CapturedTarget> TakeDump(SnapshotRequest request)
    {
        if (PauseBudget.Of(request.Pid) is not { } budget) return new AttachFailure(AttachReason.Gone, request.Pid, $"there is no process {request.Pid}");
        if (!ChooseLevel(request, budget, 0).Try(out var chosen, out var failure)) return failure;
        request.Progress?.Invoke("the runtime writes a dump");
        var time = EventTime.Now;
        if (!DumpFile.Write(request.Pid, budget.OwnBytes).Try(out var dump, out failure)) return failure;
        if (!TargetRuntime.Open(request.Pid, new(request.Pid, MemoryMap.Regions(request.Pid), dump.Memory, dump.Contexts), request.RuntimeVersion).Try(out var runtime, out failure)) return failure;
        return new CapturedTarget(runtime, dump.Memory, SnapshotLevel.Dump, time, dump.PauseNanos, (long)(chosen.EstimateMillis * NanosPerMilli), 1);
    }

    readonly record struct Choice(SnapshotLevel Level, double EstimateMillis);

    // A first look at the live process: it shows whether its runtime can be read at all before anything is held, where the
    // heap lies, and it makes our own code ready, which would else be compiled while the target waits.
    static AttachFailure? Warm(SnapshotRequest request, out IReadOnlyList<MemoryRun> heap, int tries)
    {
        heap = [];
        var live = new TargetReader(request.Pid, MemoryMap.Regions(request.Pid), null, null);
        if (!TargetRuntime.Open(request.Pid, live, request.RuntimeVersion).Try(out var runtime, out var failure))
        {
            // It runs while we look, and its tables may change under our hands.
            if (failure.Reason != AttachReason.BadReply || tries <= 1) return failure;
            Thread.Sleep(RetryMillis); // Nobody tells when they are settled.
            return Warm(request, out heap, tries - 1);
        }
        using (runtime)
            heap = [.. runtime.Runtime.Heap.Segments.Select(s => new MemoryRun(s.CommittedMemory.Start & ~0xfffUL, s.CommittedMemory.End)).Where(r => r.End > r.Start).OrderBy(r => r.Start)];
        return null;
    }

    static Attempt<Choice> ChooseLevel(SnapshotRequest request, PauseBudget budget, long heapBytes)
    {
        var levels = request.Level is { } asked ? [asked] : (SnapshotLevel[])[SnapshotLevel.Copy, SnapshotLevel.Stacks];
        var estimate = 0.0;
        foreach (var level in levels)
            if ((estimate = budget.EstimateMillis(level, heapBytes)) <= request.MaxPauseMillis) return new Choice(level, estimate);
        return new AttachFailure(AttachReason.NotSupported, request.Pid,
            $"a snapshot ({levels[^1].ToString().ToLowerInvariant()}) of process {request.Pid} would hold it for some {estimate:F0} ms ({budget.Threads} threads, {budget.OwnBytes >> 20} MB), more than the {request.MaxPauseMillis} ms allowed: allow more with --max-pause or snapshot.max_pause_ms");
    }

    static Attempt<CapturedTarget> TakeRepeatedly(SnapshotRequest request, Choice chosen, IReadOnlyList<MemoryRun> without)
    {
        var pause = 0L;
        for (var attempt = 1; ; attempt++)
        {
            var last = attempt == Limits.SnapshotAttempts;
            if (!TakeOnce(request, chosen, without).Try(out var captured, out var failure))
            {
                if (last || failure.Reason is not (AttachReason.BadReply or AttachReason.TimedOut)) return failure;
                if (failure.Reason == AttachReason.TimedOut) pause += (long)(StopMillis(request) * NanosPerMilli);
                Thread.Sleep(RetryMillis * attempt); // Whatever it was busy with passes, and nobody tells when.
                continue;
            }
            pause += captured.PauseNanos;
            if (last || chosen.Level == SnapshotLevel.Stacks || captured.Runtime.Runtime.Heap.CanWalkHeap)
                return captured with { PauseNanos = pause, Attempts = attempt, EstimateNanos = (long)(chosen.EstimateMillis * NanosPerMilli) };
            // It landed in the middle of a collection, where the heap has no order.
            captured.Dispose();
            request.Progress?.Invoke("the pause landed in a garbage collection; trying again");
            Thread.Sleep(RetryMillis); // Nobody tells when it is over.
        }
    }

    // Code is compiled when it is first called; in the pause that would be milliseconds.
    static void MakeReady()
    {
        const System.Reflection.BindingFlags all = System.Reflection.BindingFlags.DeclaredOnly | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;
        foreach (var type in (Type[])[typeof(StoppedThreads), typeof(ThreadContexts), typeof(MemoryMap), typeof(MemoryCopy), typeof(NativeCalls)])
            foreach (var method in type.GetMethods(all))
                if (!method.IsAbstract && !method.ContainsGenericParameters) System.Runtime.CompilerServices.RuntimeHelpers.PrepareMethod(method.MethodHandle);
    }

    static Attempt<CapturedTarget> TakeOnce(SnapshotRequest request, Choice chosen, IReadOnlyList<MemoryRun> without)
    {
        var pid = request.Pid;
        var expected = MemoryMap.OwnPages(pid, MemoryMap.Regions(pid), without).Sum(run => (long)run.Bytes);
        var room = expected + expected / 16 + Limits.SnapshotSpareBytes;
        if (MemoryCopy.Prepare(pid, room) is not { } copy) return new AttachFailure(AttachReason.NotSupported, pid, $"{room >> 20} MB of memory could not be had for the copy of process {pid}; make room, or take --level stacks");
        if (!StoppedThreads.Take(pid).Try(out var threads, out var failure)) return Fail(copy, failure);
        List<MemoryRegion> regions;
        ThreadContexts contexts;
        EventTime time;
        long pauseNanos;
        NativeCalls.Hurry();
        using (threads)
        {
            if (threads.Stop(StopMillis(request)) is { } stopFailure) return Fail(copy, stopFailure);
            time = EventTime.Now;
            contexts = ThreadContexts.Read(pid, threads.Threads);
            regions = MemoryMap.Regions(pid);
            copy.Fill(MemoryMap.OwnPages(pid, regions, without));
            pauseNanos = threads.Release();
        }
        NativeCalls.Rest();
        contexts.UseInnerIds(pid);
        if (copy.Bytes == 0) return Fail(copy, new(AttachReason.Gone, pid, $"process {pid} ended while it was looked at"));
        if (!TargetRuntime.Open(pid, new(pid, regions, copy, contexts), request.RuntimeVersion).Try(out var runtime, out failure)) return failure;
        return new CapturedTarget(runtime, copy, chosen.Level, time, pauseNanos, 0, 1);
    }

    static int StopMillis(SnapshotRequest request) => Math.Min(request.MaxPauseMillis, Limits.SnapshotStopMillis);

    static Attempt<CapturedTarget> Fail(MemoryCopy copy, AttachFailure failure)
    {
        copy.Dispose();
        return failure;
    }

    /// <inheritdoc/>
    public void Dispose() => Runtime.Dispose();
}
