// The written rule for each kind: its name for people and files, and what fills its fields. This table is the one place
// that knows; help texts, exports, queries and the documentation are made from it.
namespace Scope.Events;

/// <summary>What the fields of one kind hold; a text of "-" says that the kind leaves the field empty.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">Its name in queries, exports and reports.</param>
/// <param name="Group">Which part of the story it belongs to.</param>
/// <param name="Value">What <see cref="ScopeEvent.Value"/> holds; "duration, ns" makes it a kind with a duration.</param>
/// <param name="Name">What <see cref="ScopeEvent.Name"/> holds.</param>
/// <param name="Detail">What <see cref="ScopeEvent.Detail"/> holds.</param>
/// <param name="Related">What <see cref="ScopeEvent.Related"/> holds.</param>
/// <param name="Payload">Which payload fields come with it.</param>
public sealed record KindRule(EventKind Kind, string Text, KindGroup Group, string Value, string Name, string Detail, string Related, string Payload);

/// <summary>The part of the story that a kind belongs to.</summary>
public enum KindGroup
{
    /// <summary>Spans: work with a start and an end.</summary>
    Span,
    /// <summary>Calls of single methods.</summary>
    Method,
    /// <summary>Exceptions.</summary>
    Exception,
    /// <summary>The garbage collector and allocations.</summary>
    Memory,
    /// <summary>Locks, waits, tasks and the thread pool.</summary>
    Threading,
    /// <summary>Code that was compiled or loaded.</summary>
    Code,
    /// <summary>Samples of what threads do.</summary>
    Sample,
    /// <summary>Logs and metrics.</summary>
    Signal,
    /// <summary>The life of the process and its states.</summary>
    State,
    /// <summary>What Scope says of its own history.</summary>
    Scope,
}

/// <summary>The table of all kinds.</summary>
public static class EventKinds
{
    const string Duration = "duration, ns";

    /// <summary>One row a kind, in the order of their numbers.</summary>
    public static IReadOnlyList<KindRule> All { get; } =
    [
        new(EventKind.RequestStart, "request-start", KindGroup.Span, "-", "method and path or route", "-", "runtime activity", "tags"),
        new(EventKind.Request, "request", KindGroup.Span, Duration, "method and route, else path", "HTTP status", "runtime activity", "tags"),
        new(EventKind.ClientCallStart, "client-call-start", KindGroup.Span, "-", "method and host", "-", "runtime activity", "tags"),
        new(EventKind.ClientCall, "client-call", KindGroup.Span, Duration, "method and host", "HTTP status", "runtime activity", "tags"),
        new(EventKind.SqlStart, "sql-start", KindGroup.Span, "-", "normalised SQL when known", "-", "runtime activity", "tags, sql"),
        new(EventKind.Sql, "sql", KindGroup.Span, Duration, "normalised SQL", "-", "runtime activity", "tags, sql"),
        new(EventKind.MessageStart, "message-start", KindGroup.Span, "-", "operation (SignalR, gRPC, queue)", "-", "runtime activity", "tags"),
        new(EventKind.Message, "message", KindGroup.Span, Duration, "operation", "-", "runtime activity", "tags"),
        new(EventKind.ActivityStart, "activity-start", KindGroup.Span, "-", "display name", "-", "runtime activity", "tags"),
        new(EventKind.Activity, "activity", KindGroup.Span, Duration, "display name", "-", "runtime activity", "tags"),
        new(EventKind.MethodEnter, "method-enter", KindGroup.Method, "-", "-", "1 a line in it was reached", "-", "values by their names, line"),
        new(EventKind.MethodLeave, "method-leave", KindGroup.Method, Duration, "-", "-", "-", "values by their names, return value, ran"),
        new(EventKind.MethodException, "method-exception", KindGroup.Method, Duration, "exception type", "-", "-", "values by their names, message, ran"),
        new(EventKind.ExceptionThrown, "exception", KindGroup.Exception, "HRESULT", "exception type", "runtime's flags", "-", "message"),
        new(EventKind.ExceptionCaught, "exception-caught", KindGroup.Exception, "-", "catching method's name", "-", "-", "-"),
        new(EventKind.ExceptionUnhandled, "exception-unhandled", KindGroup.Exception, "HRESULT", "exception type", "-", "-", "message, stack"),
        new(EventKind.GcStart, "gc-start", KindGroup.Memory, "GC number", "reason", "generation", "-", "-"),
        new(EventKind.GcPause, "gc-pause", KindGroup.Memory, Duration, "reason of the suspension", "generation", "-", "-"),
        new(EventKind.GcEnd, "gc", KindGroup.Memory, Duration, "reason", "generation", "-", "-"),
        new(EventKind.GcHeap, "gc-heap", KindGroup.Memory, "heap size after the GC, bytes", "-", "-", "-", "gen0, gen1, gen2, loh, poh, promoted, pinned, handles"),
        new(EventKind.Allocation, "allocation", KindGroup.Memory, "bytes that it stands for", "type", "0 small, 1 large, 2 pinned", "-", "-"),
        new(EventKind.ContentionStart, "contention-start", KindGroup.Threading, "-", "lock", "-", "owner thread", "-"),
        new(EventKind.Contention, "contention", KindGroup.Threading, Duration, "lock", "-", "owner thread", "-"),
        new(EventKind.PoolEnqueue, "pool-enqueue", KindGroup.Threading, "work item", "-", "-", "-", "-"),
        new(EventKind.PoolDequeue, "pool-dequeue", KindGroup.Threading, "work item", "-", "-", "-", "-"),
        new(EventKind.PoolAdjust, "pool-adjust", KindGroup.Threading, "worker threads", "reason", "runtime's reason code", "-", "-"),
        new(EventKind.TaskScheduled, "task-scheduled", KindGroup.Threading, "task id", "-", "-", "-", "-"),
        new(EventKind.TaskStarted, "task-started", KindGroup.Threading, "task id", "-", "-", "-", "-"),
        new(EventKind.TaskCompleted, "task-completed", KindGroup.Threading, "task id", "-", "1 faulted", "-", "-"),
        new(EventKind.TaskWaitStart, "task-wait-start", KindGroup.Threading, "task id", "-", "1 synchronous, 2 asynchronous", "-", "-"),
        new(EventKind.TaskWait, "task-wait", KindGroup.Threading, "task id", "-", "-", "-", "-"),
        new(EventKind.MethodCompiled, "jit", KindGroup.Code, "native size, bytes", "tier", "runtime's optimisation tier", "-", "-"),
        new(EventKind.ModuleLoaded, "module-loaded", KindGroup.Code, "-", "path", "1 collectible or dynamic", "-", "-"),
        new(EventKind.CpuSample, "cpu-sample", KindGroup.Sample, "time that it stands for, ns", "-", "1 external (native), 2 managed", "-", "-"),
        new(EventKind.ThreadTimeSample, "thread-time", KindGroup.Sample, "CPU time of the thread since the last, ns", "thread's name", "state letter of the OS", "-", "-"),
        new(EventKind.Log, "log", KindGroup.Signal, "-", "category", "level: 0 trace … 5 critical", "-", "message, template, exception"),
        new(EventKind.Metric, "metric", KindGroup.Signal, "value × 1000", "meter/instrument, unit", "0 counter, 1 gauge, 2 histogram quantile", "-", "tags, quantile"),
        new(EventKind.Snapshot, "snapshot", KindGroup.State, "pause, ns", "level", "the snapshot's number", "-", "summary"),
        new(EventKind.StateChange, "state-change", KindGroup.State, "new value", "what changed", "-", "-", "before, after"),
        new(EventKind.ThreadStarted, "thread-started", KindGroup.State, "managed thread id", "-", "-", "-", "-"),
        new(EventKind.ThreadStopped, "thread-stopped", KindGroup.State, "managed thread id", "-", "-", "-", "-"),
        new(EventKind.ProcessStarted, "process-started", KindGroup.State, "pid", "process name", "-", "-", "command line"),
        new(EventKind.ProcessExited, "process-exited", KindGroup.State, "exit code", "why, when known", "signal", "-", "-"),
        new(EventKind.Link, "link", KindGroup.Scope, "event id of the cause", "-", "link kind", "how many events before this one its effect stands", "-"),
        new(EventKind.WaitStart, "wait-start", KindGroup.Threading, "-", "-", "what is waited for", "-", "-"),
        new(EventKind.Wait, "wait", KindGroup.Threading, Duration, "-", "what was waited for", "-", "-"),
        new(EventKind.Loss, "loss", KindGroup.Scope, "events lost", "who lost them", "loss source", "-", "-"),
        new(EventKind.PressureChanged, "pressure", KindGroup.Scope, "new level", "reason", "old level", "-", "-"),
        new(EventKind.ActivitySet, "activity-set", KindGroup.Threading, "-", "-", "-", "-", "-"),
    ];

    static readonly ulong WithTime = All.Where(r => r.Value.EndsWith(", ns", StringComparison.Ordinal)).Aggregate(0UL, (bits, r) => bits | 1UL << (int)r.Kind);
    static readonly ulong WithDuration = All.Where(r => r.Value == Duration).Aggregate(0UL, (bits, r) => bits | 1UL << (int)r.Kind);
    static readonly KindRule?[] ByKind = IndexByKind();
    static readonly Dictionary<string, EventKind> ByText = All.ToDictionary(r => r.Text, r => r.Kind, StringComparer.OrdinalIgnoreCase);

    /// <summary>The kinds whose value is a duration.</summary>
    public static KindSet Lasting { get; } = new(WithDuration);

    /// <summary>Whether the values of some kinds are times in ns: durations, and what samples stand for. Those of the empty set, which stands for all kinds, are not.</summary>
    public static bool AreTimes(KindSet kinds) => kinds.Bits != 0 && (kinds.Bits & ~WithTime) == 0;

    /// <summary>The rule of a kind.</summary>
    public static KindRule Rule(EventKind kind) => ByKind[(int)kind] ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such event kind");

    /// <summary>The name of a kind in queries and exports.</summary>
    public static string Text(this EventKind kind) => Rule(kind).Text;

    /// <summary>Whether the kind's value is a duration, so that the event spans the time before its own.</summary>
    public static bool HasDuration(EventKind kind) => (WithDuration >> (int)kind & 1) != 0;

    /// <summary>Finds a kind by its name; the answer is false when there is none.</summary>
    public static bool TryParse(string text, out EventKind kind) => ByText.TryGetValue(text, out kind);

    static KindRule?[] IndexByKind()
    {
        var index = new KindRule?[64];
        foreach (var rule in All) index[(int)rule.Kind] = rule;
        return index;
    }
}
