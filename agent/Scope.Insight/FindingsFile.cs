// findings.json: what programs read. A public interface, schema 1: fields are added, never renamed or taken away. Told by
// a writer and not by reflection over our types, so that a change of those cannot change the file by accident.
using System.Text.Json;
using Scope.Events;

namespace Scope.Insight;

/// <summary>Writes findings.json.</summary>
public static class FindingsFile
{
    /// <summary>The version of the schema.</summary>
    public const int Schema = 1;

    // Written for files and pipes, not into HTML, so "<" in a method's name may stay as it is; control characters and quotes are escaped.
    static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a diagnosis with what it rests on.</summary>
    public static void Write(Stream into, TargetInfo target, Diagnosis diagnosis, LedgerSummary ledger)
    {
        using var json = new Utf8JsonWriter(into, Options);
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        WriteTarget(json, target);
        json.WriteStartObject("window");
        json.WriteString("from", diagnosis.From.ToString());
        json.WriteString("to", diagnosis.To.ToString());
        json.WriteNumber("seconds", Math.Round((diagnosis.To - diagnosis.From) / 1e9, 3));
        json.WriteEndObject();
        WriteLedger(json, ledger);
        json.WriteStartArray("findings");
        for (var i = 0; i < diagnosis.Findings.Count; i++) WriteFinding(json, i + 1, diagnosis.Findings[i]);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteTarget(Utf8JsonWriter json, TargetInfo target)
    {
        json.WriteStartObject("target");
        json.WriteNumber("pid", target.Pid);
        json.WriteString("name", target.Name);
        json.WriteString("commandLine", target.CommandLine);
        json.WriteString("runtimeVersion", target.RuntimeVersion);
        json.WriteString("architecture", target.Architecture);
        json.WriteString("operatingSystem", target.OperatingSystem);
        json.WriteNumber("processors", target.ProcessorCount);
        json.WriteString("application", target.ApplicationModule);
        json.WriteEndObject();
    }

    static void WriteLedger(Utf8JsonWriter json, LedgerSummary ledger)
    {
        json.WriteStartObject("ledger");
        json.WriteNumber("captured", ledger.Captured);
        json.WriteNumber("lost", ledger.Lost);
        json.WriteStartArray("bySource");
        foreach (var source in ledger.BySource)
        {
            json.WriteStartObject();
            json.WriteString("source", source.Source);
            json.WriteNumber("captured", source.Count);
            json.WriteEndObject();
        }
        foreach (var loss in ledger.Losses)
        {
            json.WriteStartObject();
            json.WriteString("source", loss.Source.ToString());
            json.WriteString("part", loss.Part);
            json.WriteNumber("lost", loss.Count);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteFinding(Utf8JsonWriter json, int rank, Finding finding)
    {
        json.WriteStartObject();
        json.WriteNumber("rank", rank);
        json.WriteString("cause", finding.Cause);
        json.WriteString("culprit", finding.Culprit);
        json.WriteStartArray("also");
        foreach (var also in finding.Also) json.WriteStringValue(also);
        json.WriteEndArray();
        json.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
        json.WriteNumber("confidence", Math.Round(Math.Clamp(finding.Confidence, 0, 1), 2));
        json.WriteString("summary", finding.Summary);
        json.WriteString("advice", finding.Advice);
        json.WriteStartArray("evidence");
        foreach (var id in finding.Evidence) json.WriteNumberValue(id.Value);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
