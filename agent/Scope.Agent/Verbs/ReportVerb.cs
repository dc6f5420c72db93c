// scope-attach report: writes the report of a recording again, for all of it or for a window, without collecting again.
using System.CommandLine;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class ReportVerb
{
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
        var part = RecordingPart.Open(parsed.GetValue(Recording)!, new("--from", parsed.GetValue(From)), new("--to", parsed.GetValue(To)), parsed.GetValue(Around));
        var recording = part.Recording;
        if (recording.Count == 0) throw new UserError(ExitCode.BadArgument, $"{recording.Folder} holds no events {(part.IsAll ? "that can be read" : "in that window")}; there is nothing to report");
        var diagnosis = ReportFiles.Diagnose(recording, part.From, part.To);
        var folder = parsed.GetValue(Output) ?? recording.Folder;
        if (!Directory.Exists(folder)) RecordingFolder.Make(folder);
        var written = ReportFiles.Write(recording, diagnosis, folder, recording.Info.Cost, "scope-attach report " + recording.Folder, recording.Notes);
        Results.Tell(recording, diagnosis, recording.Folder, written, parsed.GetValue(Json));
        return ExitCode.Ok;
    }
}
