// scope-attach export: a recording for the tools that people already use, into a file or to an OpenTelemetry endpoint.
using System.CommandLine;
using Scope.Reports.Exports;
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class ExportVerb
{
    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    static readonly Option<string> Format = new Option<string>("--format", "-f") { Description = string.Join("; ", ExportFormat.All.Select(f => $"{f.Name}: {f.Purpose}")) + ".", Required = true };
    static readonly Option<string?> Output = new("--output", "-o") { Description = "The file to write; beside the recording when not said, - for the standard output." };
    static readonly Option<string?> To = new("--to") { Description = "With otlp, otlp-traces or otlp-logs: the endpoint to send to instead, http://host:4318 (OTLP/HTTP) or grpc://host:4317." };
    static readonly Option<string?> From = new("--from") { Description = "Only from here: an instant, +5s from the beginning, -10s from the end." };
    static readonly Option<string?> Until = new("--until") { Description = "Only to here: as --from." };
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("export", "Writes a recording in a format that other tools read.") { Recording, Format, Output, To, From, Until, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var name = parsed.GetValue(Format)!;
        var format = ExportFormat.Find(name) ?? throw new UserError(ExitCode.BadArgument, $"--format '{name}' is no format; there are {string.Join(", ", ExportFormat.All.Select(f => f.Name))}");
        var part = RecordingPart.Open(parsed.GetValue(Recording)!, new("--from", parsed.GetValue(From)), new("--until", parsed.GetValue(Until)));
        var recording = part.Recording;
        var query = new EventQuery { From = part.From, To = part.To };
        if (parsed.GetValue(To) is { } endpoint) return Send(recording, query, format, endpoint, parsed.GetValue(Json));
        var output = parsed.GetValue(Output);
        if (output == "-" && format.Files.Count > 1) throw new UserError(ExitCode.BadArgument, $"{format.Name} is several files, which the standard output cannot hold; ask for {string.Join(" or ", format.Files.Select(file => file.Name))}");
        foreach (var file in format.Files)
        {
            var path = PathOf(file, format, output, recording.Folder);
            Write(recording, query, file, path);
            if (path != "-") Tell(path, file, recording, parsed.GetValue(Json));
        }
        return ExitCode.Ok;
    }

    // One file goes where it was said; of several, each puts its own ending where the format's stood.
    static string PathOf(ExportFile file, ExportFormat format, string? output, string folder) =>
        output is null ? folder.TrimEnd('/') + file.Ending : format.Files.Count == 1 ? output : Path.ChangeExtension(output, null) + file.Ending;

    static void Tell(string path, ExportFile file, IHistory recording, bool json)
    {
        if (json) JsonOut.Write(Console.Out, new { written = Path.GetFullPath(path), format = file.Name, bytes = new FileInfo(path).Length, lost = recording.Ledger.Lost });
        else Console.WriteLine($"{Path.GetFullPath(path)}  {Results.LedgerLine(recording)}");
    }

    static void Write(IHistory history, EventQuery query, ExportFile file, string path)
    {
        try
        {
            using var output = path == "-" ? Console.OpenStandardOutput() : OwnerFile.Create(path);
            file.Write(history, query, output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"could not write {path}: {e.Message}");
        }
    }

    static ExitCode Send(IHistory history, EventQuery query, ExportFormat format, string endpoint, bool json)
    {
        if (format.Files.Any(file => file.Signal == OtlpSignal.None)) throw new UserError(ExitCode.BadArgument, $"--to goes with --format otlp, not {format.Name}");
        using var sender = new OtlpSender(AddressOf(endpoint, out var transport), transport);
        var sent = sender.Send(history, query, [.. format.Files.Select(file => file.Signal)]);
        if (json) JsonOut.Write(Console.Out, sent);
        else Console.WriteLine($"{sent.Spans:N0} spans and {sent.Logs:N0} log records were accepted by {endpoint}{(sent.Problem is null ? "." : $"; then: {sent.Problem}")}");
        if (!json && sent.Rejected > 0) Console.Error.WriteLine($"scope-attach: {endpoint} rejected {sent.Rejected:N0} of them{(sent.Message.Length > 0 ? ": " + sent.Message : "; it did not say why")}");
        else if (!json && sent.Message.Length > 0) Console.Error.WriteLine($"scope-attach: {endpoint} took all and says: {sent.Message}");
        return sent.Problem is null && sent.Rejected == 0 ? ExitCode.Ok : ExitCode.TracingBroke;
    }

    // grpc://host:4317 is how people write it; on the wire it is HTTP/2 to http://host:4317.
    static Uri AddressOf(string endpoint, out OtlpTransport transport)
    {
        transport = endpoint.StartsWith("grpc", StringComparison.OrdinalIgnoreCase) ? OtlpTransport.Grpc : OtlpTransport.Http;
        var text = transport == OtlpTransport.Grpc ? "http" + endpoint[4..] : endpoint;
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
            : throw new UserError(ExitCode.BadArgument, $"--to '{endpoint}' is no endpoint. Write http://host:4318 for OTLP/HTTP or grpc://host:4317 for gRPC.");
    }
}
