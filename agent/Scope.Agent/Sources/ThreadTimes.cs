// What the kernel counts, as a source of events: twice a second the CPU time of each thread that used any, and the
// process's CPU, memory and threads. It needs nothing of the target and tells running from waiting without a stack.
using Scope.Attach.Processes;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>Reads a target's counters into a ring until it is disposed or the target ends.</summary>
sealed class ThreadTimes : IAsyncDisposable
{
    const int TickMillis = 50;        // How far this source may hold the merge back.
    const int TicksBetweenReads = 10; // Reading 200 threads takes some 3 ms of our own time.

    readonly TargetId _target;
    readonly Catalog _catalog;
    readonly Ledger _ledger;
    readonly EventRing _ring;
    readonly ProcessCounters _counters;
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<int, long> _lastCpu = [];
    readonly List<ThreadUsage> _threads = [];
    readonly NameId _cpuName, _memoryName, _threadsName;
    readonly Thread _thread;
    long _captured, _firstCpuNanos = -1, _targetCpuNanos, _lastProcessCpu;
    EventTime _lastRead;

    ThreadTimes(int pid, TargetId target, Catalog catalog, Ledger ledger, EventRing ring)
    {
        (_target, _catalog, _ledger, _ring) = (target, catalog, ledger, ring);
        _counters = new(pid);
        _cpuName = catalog.Names.Intern("process/cpu, cores");
        _memoryName = catalog.Names.Intern("process/memory, bytes");
        _threadsName = catalog.Names.Intern("process/threads, threads");
        _thread = new(Run) { IsBackground = true, Name = "scope counters" };
    }

    /// <summary>Begins to read.</summary>
    public static ThreadTimes Start(int pid, TargetId target, Catalog catalog, Ledger ledger, EventRing ring)
    {
        var times = new ThreadTimes(pid, target, catalog, ledger, ring);
        times._thread.Start();
        return times;
    }

    /// <summary>CPU time of the target since we look, ns.</summary>
    public long TargetCpuNanos => Interlocked.Read(ref _targetCpuNanos);

    void Run()
    {
        for (var tick = 0; !_stop.Token.WaitHandle.WaitOne(TickMillis); tick++)
        {
            var now = EventTime.Now;
            if (tick % TicksBetweenReads == 0 && !TryRead(now)) break;
            _ring.Advance(now);
        }
        _ledger.Captured("kernel counters", _captured);
        _ring.Advance(EventTime.Max);
    }

    bool TryRead(EventTime now)
    {
        if (!_counters.TryRead(out var process) || !_counters.TryReadThreads(_threads)) return false;
        foreach (var thread in _threads) Tell(now, thread);
        if (_lastCpu.Count > 2 * _threads.Count + 64) ForgetTheDead();
        TellProcess(now, process);
        return true;
    }

    void Tell(EventTime now, in ThreadUsage thread)
    {
        var known = _lastCpu.TryGetValue(thread.ThreadId, out var last);
        _lastCpu[thread.ThreadId] = thread.CpuNanos;
        if (!known || thread.CpuNanos <= last) return;
        Append(new()
        {
            Time = now,
            Kind = EventKind.ThreadTimeSample,
            Target = _target,
            Thread = _catalog.Threads.Intern(_target, thread.ThreadId),
            Name = _catalog.Names.Intern(thread.Name),
            Value = thread.CpuNanos - last,
            Detail = thread.State,
        });
    }

    void TellProcess(EventTime now, in ProcessUsage usage)
    {
        if (_firstCpuNanos < 0) _firstCpuNanos = usage.CpuNanos;
        else if (now > _lastRead) TellMetric(now, _cpuName, (long)(1000.0 * (usage.CpuNanos - _lastProcessCpu) / (now - _lastRead)));
        (_lastProcessCpu, _lastRead) = (usage.CpuNanos, now);
        Interlocked.Exchange(ref _targetCpuNanos, usage.CpuNanos - _firstCpuNanos);
        TellMetric(now, _memoryName, usage.ResidentBytes * 1000);
        TellMetric(now, _threadsName, usage.Threads * 1000L);
    }

    void TellMetric(EventTime now, NameId name, long thousandths) =>
        Append(new() { Time = now, Kind = EventKind.Metric, Target = _target, Name = name, Value = thousandths, Detail = 1 });

    void Append(in ScopeEvent e)
    {
        _ring.Append(e);
        _captured++;
    }

    void ForgetTheDead()
    {
        var alive = _threads.Select(t => t.ThreadId).ToHashSet();
        foreach (var id in _lastCpu.Keys.Where(id => !alive.Contains(id)).ToList()) _lastCpu.Remove(id);
    }

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _thread.Join();
        return default;
    }
}
