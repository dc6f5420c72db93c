// What a file cannot tell, as sentences. A file holds what its recorder was asked for, so silence on something is no sign of
// health: each row says what is not there, and how it would have come in.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Import;

static class TraceGaps
{
    const string Runtime = "Microsoft-Windows-DotNETRuntime", Rundown = "Microsoft-Windows-DotNETRuntimeRundown";

    static readonly (Func<TraceContents, bool> IsThere, string OtherwiseSay)[] Rows =
    [
        (c => c.Holds(Rundown, 143, 144) || c.Holds(Runtime, 143), "It has no names of methods: the rundown at its end is missing (the recording was cut, or rundown was off). Frames show as addresses."),
        (c => c.HasStacks, "It has no stacks: where something happened cannot be said."),
        (c => c.HasActivities || c.Holds("Microsoft-Diagnostics-DiagnosticSource"), "It has no activities: events cannot be assigned to requests. Record with System.Threading.Tasks.TplEventSource:0x80:4 and Microsoft-Diagnostics-DiagnosticSource."),
        (c => c.Holds("Microsoft-Diagnostics-DiagnosticSource") || c.Holds("Microsoft.AspNetCore.Hosting"), "It has no requests, SQL commands or client calls: neither Microsoft-Diagnostics-DiagnosticSource nor Microsoft.AspNetCore.Hosting was on."),
        (c => c.Holds(Runtime, 80), "It has no exceptions: none was thrown, or the runtime's keyword 0x8000 was off."),
        (c => c.Holds(Runtime, 1, 2, 4, 9), "It has no garbage collections: none ran, or the runtime's keyword 0x1 was off."),
        (c => c.Holds(Runtime, 81, 91), "It has no waits for locks: there were none, or the runtime's keyword 0x4000 was off."),
        (c => c.Holds(Runtime, 50, 51, 54, 55, 57), "It says nothing of the thread pool: the runtime's keyword 0x10000 was off, or nothing changed."),
        (c => c.Holds("Microsoft-DotNETCore-SampleProfiler") || c.Holds("Universal.Events"), "It has no CPU samples: Microsoft-DotNETCore-SampleProfiler was off. Hot methods cannot be named."),
        (c => c.Holds(Runtime, 10, 303), "It has no allocations by type: neither allocation ticks nor samples were on."),
        (c => c.Holds("Microsoft-Extensions-Logging"), "It has no logs: Microsoft-Extensions-Logging was off."),
        (c => c.Holds("System.Diagnostics.Metrics") || c.Holds("System.Runtime"), "It has no metrics: System.Diagnostics.Metrics and event counters were off."),
        (c => c.Header!.FormatVersion > 3, "Its format, version 3, does not tell what was dropped while recording: loss is unknown."),
        (c => c.Processes.Count <= 1, "It holds several processes; they are told apart by their ids only."),
    ];

    /// <summary>What these contents lack, and what their reading met with.</summary>
    public static IEnumerable<string> Of(TraceContents contents, NettraceOutcome outcome)
    {
        if (outcome.End != NettraceEnd.Completed) yield return $"The file {(outcome.End == NettraceEnd.Broken ? "is damaged" : "ends early")} at byte {outcome.Offset} ({outcome.Reason}); the {outcome.Events} events before that are here.";
        if (outcome.Lost > 0) yield return $"The process dropped {outcome.Lost} events while it was recorded: its buffer was full.";
        if (outcome.Undescribed > 0) yield return $"{outcome.Undescribed} events were skipped because the file does not say what they are.";
        if (outcome.Events == 0) yield return "It holds no events.";
        else foreach (var (isThere, otherwiseSay) in Rows) if (!isThere(contents)) yield return otherwiseSay;
    }
}
