// The formats that a history can be exported in, as a table: `export --format` and its help are made from it.
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>One format.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Ending">What a file of it ends in.</param>
/// <param name="Purpose">Who reads it.</param>
/// <param name="Write">Writes the events that match.</param>
public sealed record ExportFormat(string Name, string Ending, string Purpose, Action<IHistory, EventQuery, Stream> Write)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new("speedscope", ".speedscope.json", "flame graphs in speedscope, on-CPU and waiting apart", SpeedscopeExport.Write),
        new("chrometrace", ".trace.json", "Perfetto and chrome://tracing", ChromeTraceExport.Write),
        new("ndjson", ".ndjson", "one JSON object a line, for jq and log pipelines", NdjsonExport.Write),
        new("csv", ".csv", "spreadsheets and databases", CsvExport.Write),
        new("otlp", ".traces.otlp", "OpenTelemetry: spans as a TracesData message", OtlpExport.WriteTraces),
        new("otlp-logs", ".logs.otlp", "OpenTelemetry: log records as a LogsData message", OtlpExport.WriteLogs),
    ];

    /// <summary>The format of a name, or null.</summary>
    public static ExportFormat? Find(string name) => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
