// One recording from its start to its report, as attach and run both have it: show, stop, diagnose, write, tell.
using Scope.Agent.Live;
using Scope.Agent.Verbs;
using Scope.Attach.Processes;
using Scope.Cinema;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent;

static class RecordingSession
{
    /// <summary>Shows a running recording until its end and writes the report.</summary>
    public static async Task<ExitCode> RunAsync(Recorder recorder, StopSignals signals, RecordOptions options)
    {
        if (!options.Quiet) Console.Error.WriteLine($"Recording {recorder.Target.Name} ({recorder.Pid}), profile {options.Recorder.Profile.Name}, into {recorder.Folder}");
        await using var page = options.Web ? OpenPage(recorder) : null;
        await (options.Follow is { } question ? FollowedEvents.ShowAsync(recorder, question, signals.Stop) : LiveScreen.ShowAsync(recorder, signals.Stop, options.Duration, options.Refresh, options.Quiet));
        if (!options.Quiet) Console.Error.WriteLine("Stopping …");
        var end = await recorder.StopAsync();
        TellHowItEnded(recorder, end);
        if (recorder.History.Count == 0)
        {
            Console.Error.WriteLine("scope-attach: nothing was recorded: the target said nothing in that time.");
            return end.BrokeOff ? ExitCode.TracingBroke : ExitCode.Ok;
        }
        var history = WholeOf(recorder, isOnDisk: end.Disk.Problem is null);
        var diagnosis = ReportFiles.Diagnose(history, EventTime.Min, EventTime.Max);
        var written = options.Report && !signals.Hurry.IsCancellationRequested
            ? ReportFiles.Write(history, diagnosis, recorder.Folder, recorder.Cost, options.CommandText, recorder.Notes)
            : ReportFiles.WriteFindings(history, diagnosis, recorder.Folder);
        Results.Tell(history, diagnosis, recorder.Folder, written, options.Json);
        return end.BrokeOff ? ExitCode.TracingBroke : ExitCode.Ok;
    }

    // Memory holds the newest part of a long or busy recording; its beginning is on disk, and the report is about all of it.
    static IHistory WholeOf(Recorder recorder, bool isOnDisk)
    {
        var (held, recorded) = (recorder.History.Count, recorder.Disk.Written);
        if (held >= recorded) return recorder.History;
        long needed = Math.Min(recorded, Limits.RecordingEvents) * Limits.ReopenedEventBytes >> 20, free = MemoryLimits.AvailableMegabytes();
        if (needed > free / 2)
        {
            Console.Error.WriteLine($"scope-attach: the report is about the newest {held:N0} of {recorded:N0} events: all of them would take some {needed} MB of memory, and {free} MB are free. scope-attach report {recorder.Folder} writes it whole where there is more.");
            return recorder.History;
        }
        if (isOnDisk)
        {
            recorder.LetGo(); // Else its newest part would be held twice.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        if (RecordingReader.TryOpen(recorder.Folder, out var problem) is { } whole) return whole;
        Console.Error.WriteLine($"scope-attach: the report is about the newest {recorder.History.Count:N0} of {recorded:N0} events: {problem}");
        return recorder.History;
    }

    // The address holds the token that the page asks for: whoever may read this terminal may look.
    static LivePage? OpenPage(Recorder recorder)
    {
        var page = LivePage.TryStart(recorder.History, recorder.Target, () => recorder.LatestDiagnosis ?? new(EventTime.Min, EventTime.Max, []), 0, out var problem);
        Console.Error.WriteLine(page is null ? $"scope-attach: no live page: {problem}" : $"Live page: {page.Url}");
        return page;
    }

    static void TellHowItEnded(Recorder recorder, RecorderEnd end)
    {
        if (end.TargetGone) Console.Error.WriteLine($"Process {recorder.Pid} ended; the recording holds what it said until then.");
        foreach (var failure in end.Failures) Console.Error.WriteLine("scope-attach: " + failure.Message);
        foreach (var note in recorder.Notes) Console.Error.WriteLine("scope-attach: " + note);
        if (end.BrokeOff)
            foreach (var outcome in end.Outcomes.Where(o => !o.IsWhole)) Console.Error.WriteLine($"scope-attach: tracing of process {recorder.Pid} broke off: {outcome}");
        if (recorder.EstimatedOverhead() is var overhead && overhead > recorder.Settings.Budget.TargetShare)
            Console.Error.WriteLine($"scope-attach: by estimate {overhead:P0} of the target's CPU went into telling us, more than safety.max_target_overhead_percent; --profile light costs least.");
        if (end.Warm is { Behind: > 0 } warm)
            Console.Error.WriteLine($"scope-attach: {warm}. What is missing there is in the recording: scope-attach store ship {recorder.Folder} brings it.");
        if (end.Disk.Problem is { } problem) Console.Error.WriteLine("scope-attach: " + problem);
    }
}
