// scope-attach import: a recording, with report and findings, out of a file that dotnet-trace or dotnet-monitor wrote.
using System.CommandLine;
using Scope.Agent.Sources;
using Scope.Events;

namespace Scope.Agent.Verbs;

static class ImportVerb
{
    static readonly Argument<string> File = new("file") { Description = "A .nettrace file of version 3 to 6, plain, .gz or .zip." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("import", "Makes a recording out of a .nettrace file, with report and findings.") { File, Output, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var path = parsed.GetValue(File)!;
        var (folder, result) = new NettraceImport(path, parsed.GetValue(Output) ?? ".").Run();
        foreach (var gap in result.CannotTell) Console.Error.WriteLine("scope-attach: " + gap);
        if (!result.Outcome.IsWhole) Console.Error.WriteLine($"scope-attach: {path}: {result.Outcome}");
        var recording = OpenRecording.At(folder);
        if (recording.Count == 0) throw new UserError(ExitCode.BadArgument, $"{path} holds no events that Scope knows; the recording {folder} is empty");
        var diagnosis = ReportFiles.Diagnose(recording, EventTime.Min, EventTime.Max);
        var written = ReportFiles.Write(recording, diagnosis, folder, null, "scope-attach import " + path, [.. result.CannotTell, .. recording.Notes]);
        Results.Tell(recording, diagnosis, folder, written, parsed.GetValue(Json));
        return result.Outcome.IsWhole ? ExitCode.Ok : ExitCode.TracingBroke;
    }
}
