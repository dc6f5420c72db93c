// The end of the process: oom-killed, stack-overflow, unhandled-exception, native-crash, killed or unexpected-exit, by how the
// kernel says that it ended and what was seen last. The runtime sends its events ten times a second, so the exception that
// ends it mostly dies with it: an abort without one is told as such an exception all the same, since nearly all are, but
// with less confidence. Where the exception's own event did come, UnhandledException tells it.
// Looks for: the process's end with a signal or a code other than 0.
// In: the end; kills for want of memory in its control group; the stacks of its last second.
// Scores: critical, but for a signal that somebody sent.
// Culprit: of a stack overflow, the method that calls itself; of running out of memory, the limit; else the last application
//          method that was seen.
// Refuted by: a stop that was meant (then it is no incident).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Tells how a process died.</summary>
internal sealed class ProcessDeath : ICause
{
    const int Abort = 6, Kill = 9, Fault = 11, Terminate = 15, Interrupt = 2;
    const long LastNanos = 3_000_000_000; // Crashes come within a second or two of their cause.
    const int Recursion = 50; // So often on one stack: no data structure that people build is that deep by chance.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        foreach (var (id, e) in Ends(at))
        {
            var (signal, code) = ((int)e.Detail, e.Value);
            if (signal is Terminate or Interrupt || signal == 0 && code is 0 or 130 or 143 || at.Exceptions.Unhandled.Count > 0) continue;
            yield return Suspect(at, id, e, signal, code);
        }
    }

    static List<(EventId Id, ScopeEvent Event)> Ends(Investigation at)
    {
        var ends = new List<(EventId, ScopeEvent)>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.ProcessExited)), (EventId id, in ScopeEvent e) =>
        {
            ends.Add((id, e));
            return true;
        });
        return ends;
    }

    static Suspicion Suspect(Investigation at, EventId id, in ScopeEvent end, int signal, long code)
    {
        var kills = at.Metrics[HostMetrics.OomKills];
        var outOfMemory = signal == Kill && kills.Last > kills.First;
        var (deepest, depth) = Deepest(at, end.Time);
        var last = LastSeen.Of(at, end.Time, LastNanos);
        var isOverflow = signal is Abort or Fault && depth >= Recursion;
        var cause = outOfMemory ? "oom-killed" : isOverflow ? "stack-overflow" : signal switch { Abort => "unhandled-exception", Fault => "native-crash", Kill => "killed", 0 => "unexpected-exit", _ => "killed" };
        var lost = cause == "unhandled-exception" ? at.Exceptions.Uncaught : EventId.None;
        if (at.History.TryGet(lost, out var thrown) && end.Time - thrown.Time <= LastNanos && at.Stacks.AppMethodOf(thrown.Stack) is { IsNone: false } thrower) last = new(lost, thrower, "It threw, and no catch was seen.");
        else lost = EventId.None;
        var method = isOverflow ? deepest : outOfMemory || signal == Kill ? default : last.Method;
        var isAbort = cause == "unhandled-exception";
        var limit = at.Metrics[HostMetrics.MemoryLimit].Last;
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = cause,
                Culprit = outOfMemory ? $"memory limit of {Wording.Bytes(limit)}" : method.IsNone ? isAbort && !last.Route.IsNone ? at.Catalog.Names[last.Route] : signal == 0 ? $"exit code {code}" : $"signal {signal}" : at.NameOf(method),
                Severity = cause == "killed" ? Severity.Warning : Severity.Critical,
                Confidence = outOfMemory || isOverflow ? 0.95 : lost != EventId.None ? 0.85 : cause == "unhandled-exception" ? 0.6 : 0.7,
                Impact = 1,
                Summary = $"The process ended {(signal == 0 ? $"with exit code {code}" : $"by signal {signal} ({NameOf(signal)})")}. " + cause switch
                {
                    "oom-killed" => $"The kernel killed it because its control group had used up its {Wording.Bytes(limit)} of memory.",
                    "stack-overflow" => $"{at.Place(deepest)} called itself {depth} times on the last stack that was seen, until the stack was full.",
                    "unhandled-exception" when lost != EventId.None => $"{at.Catalog.Names[thrown.Name]} was thrown {Wording.Time(Math.Max(0, end.Time - thrown.Time))} before in {at.Place(method)}, and no catch was seen.",
                    "unhandled-exception" => "The runtime aborts so when nobody catches an exception; a stack overflow and Environment.FailFast end the same way. It took the last tenth of a second, which would tell, with it.",
                    "native-crash" => "It read or wrote memory that it must not: native code, or unsafe code.",
                    "killed" => "Somebody or something outside ended it without asking: an orchestrator, a watchdog, a person.",
                    _ => "It left by itself, and not because all was well.",
                } + (method.IsNone || isOverflow || lost != EventId.None ? "" : $" The application was last seen in {at.Place(method)}."),
                Advice = cause switch
                {
                    "oom-killed" => "Raise the limit, or find what holds the memory: see the other findings and take a snapshot earlier.",
                    "stack-overflow" => "Bound the recursion (a depth counter, RuntimeHelpers.EnsureSufficientExecutionStack) or make it a loop with a stack of its own; look for a cycle in the data.",
                    "unhandled-exception" => "Its standard error names the exception and its stack. Catch it where the work begins (the thread's or timer's callback, the worker's loop, an async void method) and mend what throws; with DOTNET_DbgEnableMiniDump=1 the next one leaves a dump.",
                    "killed" => "Ask the orchestrator and the kernel's log who did it (liveness probes, deployment, kill).",
                    _ => "Look at its standard error and its last log lines; with DOTNET_DbgEnableMiniDump=1 the next one leaves a dump.",
                },
                Reasoning = $"The kernel told its wait status.{(method.IsNone && last.Route.IsNone || isOverflow ? "" : " Culprit: " + last.How)} Refuted if the stop was meant.",
                Evidence = [.. new[] { id, last.Event }.Where(e => e != EventId.None).Distinct(), .. outOfMemory ? kills.Peaks(1) : []],
            },
        };
    }

    /// <summary>The application's method that is most often on one stack of the last seconds, and how often.</summary>
    static (MethodId Method, int Depth) Deepest(Investigation at, EventTime end)
    {
        var (deepest, depth) = (default(MethodId), 0);
        at.History.Visit(new() { From = end - LastNanos, To = end + 1, Kinds = KindSet.Of(EventKind.CpuSample, EventKind.ExceptionThrown, EventKind.Allocation) }, (EventId _, in ScopeEvent e) =>
        {
            if (at.Stacks.AppMethodOf(e.Stack).IsNone) return true;
            foreach (var frames in at.Catalog.Stacks.Frames(e.Stack).Select(at.Catalog.CodeNodes.MethodOf).GroupBy(m => m))
                if (frames.Count() > depth && at.Code.Of(frames.Key).IsApplication) (deepest, depth) = (frames.Key, frames.Count());
            return true;
        });
        return (deepest, depth);
    }

    static string NameOf(int signal) => signal switch
    {
        Abort => "SIGABRT",
        Kill => "SIGKILL",
        Fault => "SIGSEGV",
        _ => "see signal(7)",
    };
}
