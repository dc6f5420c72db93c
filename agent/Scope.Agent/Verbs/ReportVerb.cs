// scope-attach report: writes the report of a recording again, for all of it or for a window, without collecting again.
using System.CommandLine;
using Scope.Events;
using Scope.Store;

namespace Scope.Agent.Verbs;

static class ReportVerb
{
    const long AroundNanos = 5_000_000_000;

    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder; one that was broken off is fine." };
    static readonly Option<string?> From = new("--from") { Description = "Only from here: an instant, +5s from the beginning, -10s from the end." };
    static readonly Option<string?> To = new("--to") { Description = "Only to here: as --from." };
    static readonly Option<long?> Around = new("--around") { Description = "Only five seconds before and after this event id." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("report", "Writes the incident report of a recording, for all of it or for a window.") { Recording, From, To, Around, Output, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var recording = OpenRecording.At(parsed.GetValue(Recording)!);
        if (recording.Count == 0) throw new UserError(ExitCode.BadArgument, $"{recording.Folder} holds no events that can be read; there is nothing to report");
        var (from, to) = Window(recording, parsed);
        var diagnosis = ReportFiles.Diagnose(recording, from, to);
        var folder = parsed.GetValue(Output) ?? recording.Folder;
        Directory.CreateDirectory(folder);
        var written = ReportFiles.Write(recording, diagnosis, folder, recording.Info.Cost, "scope-attach report " + recording.Folder, recording.Notes);
        Results.Tell(recording, diagnosis, recording.Folder, written, parsed.GetValue(Json));
        return ExitCode.Ok;
    }

    static (EventTime From, EventTime To) Window(IHistory history, ParseResult parsed)
    {
        if (parsed.GetValue(Around) is { } around)
        {
            if (!history.TryGet(new(around), out var e)) throw new UserError(ExitCode.BadArgument, $"--around {around}: the recording holds no event of that id; scope-attach query lists ids");
            return (e.Time - AroundNanos, e.Time + AroundNanos);
        }
        var from = parsed.GetValue(From) is { } f ? TimeText.Point("--from", f, history.First, history.Last) : history.First;
        var to = parsed.GetValue(To) is { } t ? TimeText.Point("--to", t, history.First, history.Last) : history.Last + 1;
        return from < to ? (from, to) : throw new UserError(ExitCode.BadArgument, $"--from {from} is not before --to {to}");
    }
}
