// All sorts of triggers, one row each: what it reads, and in which unit it is compared. scope.toml, its checks and the
// documentation are made from this table.
using System.Collections.Immutable;
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>The table of triggers.</summary>
static class TriggerTable
{
    /// <summary>Counts hits of probes.</summary>
    public static Trigger ProbeHit { get; } = new("probe-hit", TriggerSort.Figure, BoundUnit.Count, "hits of probes") { Kinds = KindSet.Of(EventKind.MethodEnter, EventKind.MethodLeave, EventKind.MethodException), Above = "0", OfSays = "their method", IsOfMethod = true };

    /// <summary>One row a sort.</summary>
    public static ImmutableArray<Trigger> All { get; } =
    [
        new("request-p99", TriggerSort.Figure, BoundUnit.Time, "the 99th percentile of requests") { Figure = s => s.RequestP99 },
        new("request-errors", TriggerSort.Figure, BoundUnit.Share, "the share of requests that fail") { Figure = s => s.ErrorShare },
        new("request-rate", TriggerSort.Figure, BoundUnit.Count, "requests a second") { Figure = s => s.Figures.RequestsPerSecond },
        new("silence", TriggerSort.Figure, BoundUnit.Time, "how long no request has ended: a missing heartbeat") { Figure = s => s.SilentNanos },
        new("exception", TriggerSort.Figure, BoundUnit.Count, "exceptions thrown") { Kinds = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionUnhandled), Above = "0", OfSays = "their type" },
        new("gc-pause", TriggerSort.Figure, BoundUnit.Time, "the longest pause of the garbage collector") { Kinds = KindSet.Of(EventKind.GcPause), Tally = Tally.Largest },
        new("queue-length", TriggerSort.Figure, BoundUnit.Count, "work items that wait for the thread pool") { Figure = s => s.Figures.PoolQueue },
        new("cpu", TriggerSort.Figure, BoundUnit.Share, "processors in use, 100% being one") { Figure = s => s.Status.TargetCpuCores },
        new("memory", TriggerSort.Figure, BoundUnit.Bytes, "memory that the target holds") { Figure = s => s.Status.TargetMemoryBytes },
        new("memory-growth", TriggerSort.Figure, BoundUnit.Bytes, "memory that it took in the last ten minutes") { Figure = s => s.GrownBytes },
        new("lock-wait", TriggerSort.Figure, BoundUnit.Time, "time that threads wait for locks, in each second") { Figure = s => s.Figures.LockWaitShare * 1e9 },
        new("log", TriggerSort.Figure, BoundUnit.Count, "log records with a text in category or message") { Kinds = KindSet.Of(EventKind.Log), Above = "0", OfSays = "the text", NeedsOf = true, LooksIntoTexts = true },
        new("metric", TriggerSort.Figure, BoundUnit.Count, "a metric's newest value") { Kinds = KindSet.Of(EventKind.Metric), Tally = Tally.Newest, OfSays = "its name", NeedsOf = true },
        ProbeHit,
        new("finding", TriggerSort.Finding, BoundUnit.Count, "a live finding of the severity or worse") { OfSays = "its cause" },
        new("exit", TriggerSort.Exit, BoundUnit.Count, "the end of the target; its exit code, or 128 and the signal") { OfSays = "\"error\" for ends other than by exit code 0" },
        new("cron", TriggerSort.Time, BoundUnit.Count, "the time, UTC") { OfSays = "when: minute hour day month weekday, as in crontab", NeedsOf = true },
        new("webhook", TriggerSort.Call, BoundUnit.Count, "a call of POST /trigger/NAME") { OfSays = "the NAME", NeedsOf = true },
    ];

    /// <summary>The trigger of a word, or null.</summary>
    public static Trigger? Find(string word) => All.FirstOrDefault(t => t.Word == word);
}
