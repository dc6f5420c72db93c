// scope-attach snapshot PID: holds a process for a moment and tells what it is at: threads, locks, async methods, heap.
// Written as a recording with nothing else in it, so that report, explain and query work on it too.
using System.CommandLine;
using Scope.Agent.Configuration;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Snapshots;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class SnapshotVerb
{
    static readonly Argument<string> Target = new("pid or name") { Description = "The process: its pid, or a name that only one process has." };
    static readonly Option<string?> Level = new("--level") { Description = "How much to look at: stacks (and locks), copy (all, from a copy of its memory), dump (all, from a dump that its runtime writes). Without it, copy where it is within the budget, else stacks." };
    static readonly Option<string?> MaxPause = CommonOptions.MaxPause();
    static readonly Option<bool> Strings = new("--strings") { Description = "Count equal strings too." };
    static readonly Option<bool> Texts = new("--texts") { Description = "Tell the texts of equal strings; they may be secrets." };
    static readonly Option<string?> Analysis = new("--analysis") { Description = "How long working it out may take, such as 60s." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Json = CommonOptions.Json();
    static readonly Option<bool> Quiet = CommonOptions.Quiet();

    public static Command Create()
    {
        Level.AcceptOnlyFromAmong("stacks", "copy", "dump");
        var verb = new Command("snapshot", "Looks at a process at one instant: threads, locks, async methods, heap and what holds it.") { Target, Level, MaxPause, Strings, Texts, Analysis, Output, Config, Json, Quiet };
        verb.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
        return verb;
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var settings = SettingsOf(parsed);
        if (!ProcessList.Find(parsed.GetValue(Target)!).Try(out var process, out var failure)) throw Failures.Of(failure);
        // Memory can be read where the runtime answers no questions; then its version is in the path of its library.
        var target = (await DiagnosticPort.Of(process.Pid).InfoAsync(cancel)).Try(out var runtime, out _) ? Targets.Describe(process, runtime) : Targets.Describe(process);
        var quiet = parsed.GetValue(Json) || parsed.GetValue(Quiet);
        SnapshotPause pause = default;
        var request = new SnapshotRequest
        {
            Pid = process.Pid, RuntimeVersion = target.RuntimeVersion, MaxPauseMillis = settings.Snapshot.MaxPauseMillis,
            Level = parsed.GetValue(Level) is { } level ? Enum.Parse<SnapshotLevel>(level, ignoreCase: true) : null,
            CountStrings = parsed.GetValue(Strings) || parsed.GetValue(Texts), TellTexts = parsed.GetValue(Texts), AnalysisMillis = AnalysisMillis(parsed),
            Released = took => pause = took,
            Progress = quiet ? null : text => Console.Error.WriteLine(text + " …"),
        };
        if (!Snapshotter.Take(request).Try(out var snapshot, out failure)) throw Failures.Of(failure);
        var history = Record(target, settings, snapshot, pause, out var folder);
        var diagnosis = ReportFiles.Diagnose(history, EventTime.Min, EventTime.Max);
        ReportFiles.WriteFindings(history, diagnosis, folder);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, SnapshotJson(snapshot, diagnosis, folder));
        else SnapshotText.Write(Console.Out, snapshot, diagnosis, folder);
        return ExitCode.Ok;
    }

    static HotIndex Record(TargetInfo target, Settings settings, Snapshot snapshot, SnapshotPause pause, out string folder)
    {
        var (catalog, ledger) = (new Catalog(), new Ledger());
        var history = new HotIndex(catalog, ledger);
        var id = catalog.Targets.Add(target);
        history.Append(SnapshotEvents.Of(catalog, id, catalog.Names.Intern("summary"), snapshot.Number, pause) with { Time = snapshot.Time });
        ledger.Captured("snapshots", 1);
        history.Add(snapshot);
        try
        {
            folder = RecordingFolder.Create(settings.Output.Folder, target.Name, snapshot.Time);
            SnapshotFile.Write(folder, snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.TracingBroke, $"the snapshot could not be written to {settings.Output.Folder}: {e.Message} -o writes it elsewhere");
        }
        var info = new RecordingInfo { ScopeVersion = ReportFiles.ScopeVersion, Started = snapshot.Time, Targets = [target], Sources = [new("snapshots", snapshot.Level.ToString().ToLowerInvariant())] };
        if (RecordingWriter.Start(folder, info, catalog, ledger, history.Read).Stop().Problem is { } problem) throw new UserError(ExitCode.TracingBroke, problem);
        return history;
    }

    static object SnapshotJson(Snapshot snapshot, Insight.Diagnosis diagnosis, string folder) => new
    {
        recording = folder,
        findings = diagnosis.Findings.Select((f, i) => new { rank = i + 1, f.Cause, f.Culprit, severity = f.Severity.ToString().ToLowerInvariant(), f.Confidence, f.Summary, f.Advice }),
        snapshot,
    };

    static Settings SettingsOf(ParseResult parsed)
    {
        var options = new List<(string Key, string Value, string Option)>();
        if (parsed.GetValue(MaxPause) is { } pause) options.Add(("snapshot.max_pause_ms", pause, MaxPause.Name));
        if (parsed.GetValue(Output) is { } folder) options.Add(("output.folder", folder, Output.Name));
        var configuration = CommonOptions.SettingsOf(parsed, Config, options);
        configuration.Refuse("a snapshot holds its target for a moment");
        return configuration.Settings;
    }

    static int AnalysisMillis(ParseResult parsed)
    {
        if (parsed.GetValue(Analysis) is not { } text) return Limits.SnapshotAnalysisMillis * 10; // Somebody waits for this one, and nothing else does.
        if (!TimeText.TryDuration(text, out var nanos) || nanos <= 0) throw new UserError(ExitCode.BadArgument, $"--analysis {text}: must be a time such as 60s");
        return (int)Math.Min(int.MaxValue, nanos / 1_000_000);
    }
}
