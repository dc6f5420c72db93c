// Stops all threads of a target and lets them go again. Every thread is taken beforehand, which it does not feel; stopping
// is then one call a thread. The kernel ties all of it to the calling thread: when that ends, in whichever way (kill -9
// counts), every thread goes on by itself. So all calls are made on one thread, and Dispose is called in any case.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>The threads of a target under our hand.</summary>
sealed class StoppedThreads : IDisposable
{
    const int PollMicros = 30; // No spinning: on a busy machine the thread that is waited for needs our processor.

    readonly int _pid;
    readonly Dictionary<int, int> _taken = []; // Thread → the signal that was on its way when it stopped, 0 for none.
    long _stoppedAt;

    StoppedThreads(int pid) => _pid = pid;

    /// <summary>The threads that stand still, by the ids that we know them by.</summary>
    public IReadOnlyCollection<int> Threads => _taken.Keys;

    /// <summary>How long they stood still, ns; while they do, how long so far.</summary>
    public long PauseNanos => _stoppedAt == 0 ? 0 : (long)Stopwatch.GetElapsedTime(_stoppedAt).TotalNanoseconds;

    /// <summary>Takes all threads of a process, which go on running.</summary>
    public static Attempt<StoppedThreads> Take(int pid)
    {
        NativeCalls.HearOfEndsOnly();
        var threads = new StoppedThreads(pid);
        if (threads.TakeNew(interrupt: false) is not { } failure) return threads;
        threads.Dispose();
        return failure;
    }

    /// <summary>Stops them, and those that were started meanwhile; null when all stand still.</summary>
    /// <param name="withinMillis">How long that may take: the first ones stand still while the last one is waited for.</param>
    public AttachFailure? Stop(int withinMillis = Limits.SnapshotStopMillis)
    {
        var until = Stopwatch.GetTimestamp() + Stopwatch.Frequency * withinMillis / 1000;
        _stoppedAt = Stopwatch.GetTimestamp();
        foreach (var thread in _taken.Keys) NativeCalls.Ptrace(NativeCalls.PtraceInterrupt, thread, 0, 0);
        var waiting = new HashSet<int>(_taken.Keys);
        while (true)
        {
            if (AwaitStops(waiting, until) is { } failure) return failure;
            var known = _taken.Count;
            if (TakeNew(interrupt: true) is { } refused) return refused;
            if (_taken.Count == known) return null;
            waiting.UnionWith(_taken.Keys.Where(thread => _taken[thread] < 0));
        }
    }

    /// <summary>Lets all go on; gives how long they stood still, ns.</summary>
    public long Release()
    {
        foreach (var (thread, signal) in _taken) NativeCalls.Ptrace(NativeCalls.PtraceDetach, thread, 0, Math.Max(0, signal));
        _taken.Clear();
        return PauseNanos;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A thread can only be let go while it stands still, so one that was merely taken is stopped for that moment.
        HashSet<int> running = [.. _taken.Keys.Where(thread => _taken[thread] < 0)];
        foreach (var thread in running) NativeCalls.Ptrace(NativeCalls.PtraceInterrupt, thread, 0, 0);
        AwaitStops(running, Stopwatch.GetTimestamp() + Stopwatch.Frequency * Limits.SnapshotStopMillis / 1000);
        Release();
    }

    AttachFailure? TakeNew(bool interrupt)
    {
        foreach (var thread in List())
        {
            if (_taken.ContainsKey(thread)) continue;
            if (NativeCalls.Ptrace(NativeCalls.PtraceSeize, thread, 0, 0) == 0)
            {
                _taken[thread] = -1;
                if (interrupt) NativeCalls.Ptrace(NativeCalls.PtraceInterrupt, thread, 0, 0);
            }
            else if (Marshal.GetLastPInvokeError() is not NativeCalls.NoSuchProcess and var error) return Refused(error);
        }
        return _taken.Count > 0 ? null : new(AttachReason.Gone, _pid, $"process {_pid} ended before it could be looked at");
    }

    AttachFailure Refused(int error) => new(AttachReason.NotSupported, _pid, error == NativeCalls.NotPermitted
        ? $"process {_pid} may not be held: the kernel refuses ptrace (another debugger or tracer is attached to it, kernel.yama.ptrace_scope, a container without CAP_SYS_PTRACE, or another user's process); scope-attach doctor says which, and --level dump works without"
        : $"process {_pid} cannot be held: ptrace says {Marshal.GetPInvokeErrorMessage(error)}");

    /// <summary>Waits until threads stand still or are gone.</summary>
    AttachFailure? AwaitStops(HashSet<int> waiting, long until)
    {
        while (waiting.Count > 0)
        {
            foreach (var thread in waiting.ToList())
            {
                var got = NativeCalls.WaitPid(thread, out var status, NativeCalls.WaitAllThreads | NativeCalls.WaitNoHang);
                if (got == 0)
                {
                    // Somebody else in this process may have been told of the stop.
                    if (SignalOfStopped(thread) is not { } signal) continue;
                    _taken[thread] = signal;
                    waiting.Remove(thread);
                    continue;
                }
                waiting.Remove(thread);
                if (got < 0 || (status & 0xff) != 0x7f) _taken.Remove(thread); // It has ended.
                else _taken[thread] = status >> 16 != 0 ? 0 : status >> 8 & 0xff; // Our stop, or a signal that must reach it when it goes on.
            }
            if (Stopwatch.GetTimestamp() > until) return new(AttachReason.TimedOut, _pid, $"{waiting.Count} of {_taken.Count} threads of process {_pid} did not stop within the pause that is allowed: the machine has no processor for them, or they are inside of the kernel; it goes on, and the snapshot may be tried again");
            if (waiting.Count > 0) NativeCalls.Rest(PollMicros);
        }
        return null;
    }

    /// <summary>The signal that a stopped thread is about to get, 0 for none; null when it does not stand still.</summary>
    static unsafe int? SignalOfStopped(int thread)
    {
        const int infoBytes = 128, codeOffset = 8, ownStop = 128;
        var info = stackalloc byte[infoBytes];
        if (NativeCalls.Ptrace(NativeCalls.PtraceSignalInfo, thread, 0, (nint)info) != 0) return null;
        return *(int*)(info + codeOffset) >> 8 == ownStop ? 0 : *(int*)info;
    }

    IEnumerable<int> List()
    {
        string[] folders;
        try
        {
            folders = Directory.GetDirectories($"/proc/{_pid}/task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
        return folders.Select(f => int.Parse(Path.GetFileName(f.AsSpan())));
    }
}
