// What the kernel counts, as a source of events: twice a second the CPU time of each thread that used any, and the
// process's CPU, memory and threads; each two seconds what surrounds it (HostTimes). It needs nothing of the target and
// tells running from waiting without a stack.
using Scope.Agent.Watch;
using Scope.Attach.Processes;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>Reads a target's counters into a ring until it is disposed or the target ends.</summary>
sealed class ThreadTimes : IAsyncDisposable
{
    const int TickMillis = 50;        // How far this source may hold the merge back.
    const int TicksBetweenReads = 10; // Reading 200 threads takes some 3 ms of our own time.
    const int TicksBetweenHostReads = 40; // So does looking at 200 processes.
    const int MostReapMillis = 2000; // A parent that does not reap its children within that does not do it at all.
    const int MostExitMillis = 1000; // A process closes its sockets before it is gone; memory to give back, or a core to write, takes a while.
    const int LastBytesMillis = 2000; // What the target said last may be in its sockets yet when it is gone.
    const string ServerGcThread = ".NET Server GC";

    readonly TargetId _target;
    readonly Catalog _catalog;
    readonly Ledger _ledger;
    readonly EventRing _ring;
    readonly ProcessCounters _counters;
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<int, (long Cpu, long Ready)> _last = [];
    readonly List<ThreadUsage> _threads = [];
    readonly NameId _cpuName, _memoryName, _threadsName, _waitName, _serverGcName;
    readonly HostTimes _host;
    readonly ExitWatch _exit;
    readonly LastWords _words;
    readonly Thread _thread;
    long _captured, _firstCpuNanos = -1, _targetCpuNanos, _lastProcessCpu, _readyNanos;
    EventTime _lastRead;
    readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _mayHaveGone, _hasGivenWay;

    ThreadTimes(int pid, TargetId target, Catalog catalog, Ledger ledger, EventRing ring)
    {
        (_target, _catalog, _ledger, _ring) = (target, catalog, ledger, ring);
        _counters = new(pid);
        _cpuName = catalog.Names.Intern(HostMetrics.Cpu);
        _memoryName = catalog.Names.Intern(HostMetrics.Memory);
        _threadsName = catalog.Names.Intern(HostMetrics.Threads);
        _waitName = catalog.Names.Intern(HostMetrics.CpuWait);
        _serverGcName = catalog.Names.Intern(HostMetrics.ServerGcThreads);
        _host = new(pid, catalog.Names, TellMetric);
        _exit = ExitWatch.Of(pid);
        _words = LastWords.Of(pid);
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

    /// <summary>Done when the target has been gone for long enough that all which it said must have come.</summary>
    public Task Gone => _gone.Task;

    void Run()
    {
        for (var tick = 0; !_stop.Token.WaitHandle.WaitOne(TickMillis); tick++)
        {
            var now = _catalog.Clock.Now;
            if (tick % TicksBetweenReads == 0 && !TryRead(now))
            {
                _mayHaveGone = true;
                break;
            }
            if (tick % TicksBetweenHostReads == 0) _host.Read(now);
            _ring.Advance(now);
        }
        if (_hasGivenWay) Append(ExitOf(_catalog.Clock.Now, "became another program", null));
        else if (_mayHaveGone && SpinWait.SpinUntil(() => !_counters.TryRead(out _), MostExitMillis)) TellExit(_catalog.Clock.Now);
        _ledger.Captured("kernel counters", _captured);
        _ring.Advance(EventTime.Max);
        if (_mayHaveGone && !_stop.Token.WaitHandle.WaitOne(LastBytesMillis)) _gone.SetResult();
    }

    bool TryRead(EventTime now)
    {
        if (!_counters.TryRead(out var process) || !_counters.TryReadThreads(_threads)) return false;
        _readyNanos = 0;
        foreach (var thread in _threads) Tell(now, thread);
        if (_last.Count > 2 * _threads.Count + 64) ForgetTheDead();
        TellProcess(now, process);
        return true;
    }

    /// <summary>The target is gone: how it ended and whether its group ran out of memory are the last that is told of it.</summary>
    void TellExit(EventTime now)
    {
        _host.Read(now);
        var exit = _exit.WaitForExit(MostReapMillis);
        var why = exit switch
        {
            null => TargetEnd.UnknownEnd,
            { Signal: not 0 } => "ended by a signal",
            _ => "left by itself",
        };
        if (_words.Read() is { } word) Append(LastWordEvent.Of(_catalog, _target, now, word));
        Append(ExitOf(now, why, exit));
    }

    ScopeEvent ExitOf(EventTime now, string why, ProcessExit? exit) => new()
    {
        Time = now,
        Kind = EventKind.ProcessExited,
        Target = _target,
        Name = _catalog.Names.Intern(why),
        Value = exit?.Code ?? 0,
        Detail = (ushort)(exit?.Signal ?? 0),
    };

    void Tell(EventTime now, in ThreadUsage thread)
    {
        var known = _last.TryGetValue(thread.ThreadId, out var last);
        _last[thread.ThreadId] = (thread.CpuNanos, thread.ReadyNanos);
        if (!known) return;
        _readyNanos += Math.Max(0, thread.ReadyNanos - last.Ready);
        if (thread.CpuNanos <= last.Cpu) return;
        Append(new()
        {
            Time = now,
            Kind = EventKind.ThreadTimeSample,
            Target = _target,
            Thread = _catalog.Threads.Intern(_target, thread.ThreadId),
            Name = _catalog.Names.Intern(thread.Name),
            Value = thread.CpuNanos - last.Cpu,
            Detail = thread.State,
        });
    }

    void TellProcess(EventTime now, in ProcessUsage usage)
    {
        if (_firstCpuNanos < 0) _firstCpuNanos = usage.CpuNanos;
        else if (now > _lastRead)
        {
            TellMetric(now, _cpuName, (long)(1000.0 * (usage.CpuNanos - _lastProcessCpu) / (now - _lastRead)));
            TellMetric(now, _waitName, (long)(1000.0 * _readyNanos / (now - _lastRead)));
        }
        (_lastProcessCpu, _lastRead) = (usage.CpuNanos, now);
        Interlocked.Exchange(ref _targetCpuNanos, usage.CpuNanos - _firstCpuNanos);
        TellMetric(now, _memoryName, usage.ResidentBytes * 1000);
        TellMetric(now, _threadsName, usage.Threads * 1000L);
        if (_threads.Count(t => t.Name == ServerGcThread) is > 0 and var collectors) TellMetric(now, _serverGcName, collectors * 1000L);
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
        foreach (var id in _last.Keys.Where(id => !alive.Contains(id)).ToList()) _last.Remove(id);
    }

    /// <summary>Ends the reading; where the target's own sessions have ended by themselves, it is on its way out or has given way to another program, and that is told yet.</summary>
    public ValueTask EndAsync(bool sessionsEnded, bool hasGivenWay)
    {
        _hasGivenWay = hasGivenWay;
        _mayHaveGone |= sessionsEnded;
        return DisposeAsync();
    }

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _thread.Join();
        _exit.Dispose();
        _words.Dispose();
        return default;
    }
}
