// The formats that a history can be exported in, as a table: `export --format` and its help are made from it.
using Scope.Reports.Exports.Parquet;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>One file that a format is made of.</summary>
/// <param name="Name">The name of the format that is this file only.</param>
/// <param name="Ending">What it ends in.</param>
/// <param name="Write">Writes the events that match.</param>
/// <param name="Signal">What of OpenTelemetry it holds.</param>
public sealed record ExportFile(string Name, string Ending, Action<IHistory, EventQuery, Stream> Write, OtlpSignal Signal = OtlpSignal.None);

/// <summary>One format.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Purpose">Who reads it.</param>
/// <param name="Files">What is written: one file, or one for each signal.</param>
public sealed record ExportFormat(string Name, string Purpose, IReadOnlyList<ExportFile> Files)
{
    // An OTLP file holds one signal, by its specification; so both are two files, as they are two requests to an endpoint.
    static readonly ExportFile Traces = new("otlp-traces", ".traces.otlp", OtlpExport.WriteTraces, OtlpSignal.Traces), Logs = new("otlp-logs", ".logs.otlp", OtlpExport.WriteLogs, OtlpSignal.Logs);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
    [
        new("speedscope", "flame graphs in speedscope, on-CPU and waiting apart", [new("speedscope", ".speedscope.json", SpeedscopeExport.Write)]),
        new("chrometrace", "Perfetto and chrome://tracing", [new("chrometrace", ".trace.json", ChromeTraceExport.Write)]),
        new("ndjson", "one JSON object a line, for jq and log pipelines", [new("ndjson", ".ndjson", NdjsonExport.Write)]),
        new("csv", "spreadsheets and databases", [new("csv", ".csv", CsvExport.Write)]),
        new("parquet", "DuckDB, pandas, Spark and data warehouses", [new("parquet", ".parquet", ParquetExport.Write)]),
        new("otlp", "OpenTelemetry: spans and log records, as NAME.traces.otlp and NAME.logs.otlp", [Traces, Logs]),
        new(Traces.Name, "OpenTelemetry: spans only, as a TracesData message", [Traces]),
        new(Logs.Name, "OpenTelemetry: log records only, as a LogsData message", [Logs]),
    ];

    /// <summary>The format of a name, or null.</summary>
    public static ExportFormat? Find(string name) => All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
