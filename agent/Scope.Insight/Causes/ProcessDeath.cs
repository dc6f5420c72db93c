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

    /// <summary>One way to die.</summary>
    /// <param name="Cause">Its name.</param>
    /// <param name="Confidence">How sure its signs are, 0 to 1.</param>
    /// <param name="Says">What is said of it after how the kernel says that it ended.</param>
    /// <param name="Advice">What to do.</param>
    sealed record Death(string Cause, double Confidence, Func<Investigation, Signs, string> Says, string Advice)
    {
        public Severity Severity { get; init; } = Severity.Critical;

        /// <summary>Whether a method of the application did it; else the one to blame is outside of its code.</summary>
        public bool IsOwn { get; init; } = true;
    }

    /// <summary>What was seen of one death.</summary>
    /// <param name="Method">The application's method to blame; none when there is none.</param>
    /// <param name="Depth">How often the method was on one stack.</param>
    /// <param name="Thrown">The exception that nobody was seen to catch, if there was one just before.</param>
    /// <param name="ThrownNanos">How long before the end that was.</param>
    readonly record struct Signs(MethodId Method, int Depth, ScopeEvent Thrown, long ThrownNanos);

    static readonly Death
        OutOfMemory = new("oom-killed", 0.95, (at, _) => $"The kernel killed it because its control group had used up its {Wording.Bytes(at.Metrics[HostMetrics.MemoryLimit].Last)} of memory.",
            "Raise the limit, or find what holds the memory: see the other findings and take a snapshot earlier.") { IsOwn = false },
        Overflow = new("stack-overflow", 0.95, (at, seen) => $"{at.Place(seen.Method)} called itself {seen.Depth} times on the last stack that was seen, until the stack was full.",
            "Bound the recursion (a depth counter, RuntimeHelpers.EnsureSufficientExecutionStack) or make it a loop with a stack of its own; look for a cycle in the data."),
        Uncaught = new("unhandled-exception", 0.85, (at, seen) => $"{at.Catalog.Names[seen.Thrown.Name]} was thrown {Wording.Time(Math.Max(0, seen.ThrownNanos))} before in {at.Place(seen.Method)}, and no catch was seen.",
            "Its standard error names the exception and its stack. Catch it where the work begins (the thread's or timer's callback, the worker's loop, an async void method) and mend what throws; with DOTNET_DbgEnableMiniDump=1 the next one leaves a dump."),
        Aborted = Uncaught with { Confidence = 0.6, Says = (_, _) => "The runtime aborts so when nobody catches an exception; a stack overflow and Environment.FailFast end the same way. It took the last tenth of a second, which would tell, with it." },
        Crashed = new("native-crash", 0.7, (_, _) => "It read or wrote memory that it must not: native code, or unsafe code.",
            "Look at its standard error and its last log lines; with DOTNET_DbgEnableMiniDump=1 the next one leaves a dump."),
        Left = Crashed with { Cause = "unexpected-exit", Says = (_, _) => "It left by itself, and not because all was well." },
        Killed = new("killed", 0.7, (_, _) => "Somebody or something outside ended it without asking: an orchestrator, a watchdog, a person.",
            "Ask the orchestrator and the kernel's log who did it (liveness probes, deployment, kill).") { Severity = Severity.Warning, IsOwn = false };

    static readonly Dictionary<int, (string Name, Death Death)> OfSignal = new() { [Abort] = ("SIGABRT", Aborted), [Kill] = ("SIGKILL", Killed), [Fault] = ("SIGSEGV", Crashed) };

    static Suspicion Suspect(Investigation at, EventId id, in ScopeEvent end, int signal, long code)
    {
        var kills = at.Metrics[HostMetrics.OomKills];
        var (signalName, death) = OfSignal.GetValueOrDefault(signal, ("see signal(7)", signal == 0 ? Left : Killed));
        var (deepest, depth) = Deepest(at, end.Time);
        var last = LastSeen.Of(at, end.Time, LastNanos);
        ScopeEvent thrown = default;
        if (signal == Kill && kills.Last > kills.First) death = OutOfMemory;
        else if (signal is Abort or Fault && depth >= Recursion) (death, last) = (Overflow, last with { Method = deepest });
        else if (death == Aborted && LastThrown(at, end.Time, out thrown) is { } thrower) (death, last) = (Uncaught, thrower);
        var method = death.IsOwn ? last.Method : default;
        var seen = new Signs(method, depth, thrown, end.Time - thrown.Time);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = death.Cause,
                Culprit = CulpritOf(at, death, method, last, signal, code),
                Severity = death.Severity,
                Confidence = death.Confidence,
                Impact = 1,
                Summary = $"The process ended {(signal == 0 ? $"with exit code {code}" : $"by signal {signal} ({signalName})")}. {death.Says(at, seen)}"
                    + (method.IsNone || death == Overflow || death == Uncaught ? "" : $" The application was last seen in {at.Place(method)}."),
                Advice = death.Advice,
                Reasoning = $"The kernel told its wait status.{(method.IsNone && last.Route.IsNone || death == Overflow ? "" : " Culprit: " + last.How)} Refuted if the stop was meant.",
                Evidence = [.. new[] { id, last.Event }.Where(e => e != EventId.None).Distinct(), .. death == OutOfMemory ? kills.Peaks(1) : []],
            },
        };
    }

    static string CulpritOf(Investigation at, Death death, MethodId method, LastSeen last, int signal, long code) =>
        death == OutOfMemory ? $"memory limit of {Wording.Bytes(at.Metrics[HostMetrics.MemoryLimit].Last)}"
        : !method.IsNone ? at.NameOf(method)
        : death == Aborted && !last.Route.IsNone ? at.Catalog.Names[last.Route]
        : signal == 0 ? $"exit code {code}" : $"signal {signal}";

    /// <summary>The application's method that threw what nobody was seen to catch, just before the end; null when there is none.</summary>
    static LastSeen? LastThrown(Investigation at, EventTime end, out ScopeEvent thrown) =>
        at.History.TryGet(at.Exceptions.Uncaught, out thrown) && end - thrown.Time <= LastNanos && at.Stacks.AppMethodOf(thrown.Stack) is { IsNone: false } thrower
            ? new(at.Exceptions.Uncaught, thrower, "It threw, and no catch was seen.") : null;

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
}
