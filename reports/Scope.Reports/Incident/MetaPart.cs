// Whose report it is, of when, what recording cost and how to make it again; and the written rule of every kind, by which
// the page names an event's fields.
using System.Text.Json;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Reports.Incident;

static class MetaPart
{
    /// <summary>Writes the facts around the history.</summary>
    public static void Write(Utf8JsonWriter data, ReportFacts facts, Window window, ReportTexts texts)
    {
        data.WriteStartObject("meta");
        data.WriteString("name", facts.Target.Name);
        data.WriteNumber("pid", facts.Target.Pid);
        data.WriteNumber("commandLine", texts.Of(facts.Target.CommandLine));
        data.WriteString("runtime", facts.Target.RuntimeVersion);
        data.WriteString("platform", $"{facts.Target.OperatingSystem} {facts.Target.Architecture}".Trim());
        data.WriteNumber("processors", facts.Target.ProcessorCount);
        data.WriteString("from", window.From.ToString());
        data.WriteNumber("fromMillis", window.From.UnixNanos / 1_000_000);
        data.WriteNumber("nanos", window.Nanos);
        data.WriteNumber("command", texts.Of(facts.Command));
        data.WriteNumber("recording", texts.Of(facts.RecordingPath));
        data.WriteString("source", facts.Source);
        data.WriteString("version", facts.ScopeVersion);
        data.Numbers("notes", facts.Notes, note => texts.Of(note));
        WriteCost(data, facts.Cost, window);
        data.WriteEndObject();
        WriteKinds(data);
    }

    static void WriteCost(Utf8JsonWriter data, RecordingCost? cost, Window window)
    {
        if (cost is null) return;
        data.WriteStartObject("cost");
        data.WriteNumber("cpuNanos", cost.CpuNanos);
        data.WriteNumber("cores", (double)cost.CpuNanos / window.Nanos);
        data.WriteNumber("memoryBytes", cost.PeakMemoryBytes);
        if (cost.TargetOverhead is { } share) data.WriteNumber("targetOverhead", share);
        data.WriteString("how", cost.HowEstimated);
        data.WriteEndObject();
    }

    static void WriteKinds(Utf8JsonWriter data)
    {
        data.WriteStartObject("kinds");
        foreach (var rule in EventKinds.All)
        {
            data.WriteStartArray(((int)rule.Kind).ToString());
            foreach (var text in (ReadOnlySpan<string>)[rule.Text, rule.Group.ToString(), rule.Value, rule.Name, rule.Detail, rule.Related]) data.WriteStringValue(text);
            data.WriteEndArray();
        }
        data.WriteEndObject();
    }
}
