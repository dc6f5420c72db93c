// The verdict and the findings: what the reader came for. Their evidence is asked for before anything else.
using System.Text.Json;
using Scope.Events;
using Scope.Insight;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>The diagnosis, as data and as the plain words that stand in the file without any script.</summary>
sealed class FindingsPart(Diagnosis diagnosis, Window window, IHistory history)
{
    /// <summary>The verdict in a few words.</summary>
    public string Headline => diagnosis.Findings is [var first, ..] ? $"{Words(first.Cause)} in {first.Culprit}" : "looks healthy";

    /// <summary>The findings in plain lines, for readers that run no script.</summary>
    public IEnumerable<string> Outline =>
        diagnosis.Findings.Select(f => $"{Words(f.Cause)}: {f.Culprit} ({f.Severity}, {f.Confidence:P0} sure). {f.Summary} {f.Advice}").DefaultIfEmpty("It looks healthy: nothing was found.");

    /// <summary>Asks for the evidence and for the flows around it.</summary>
    public void Choose(EventChoice choice)
    {
        foreach (var finding in diagnosis.Findings)
            foreach (var id in finding.Evidence.Take(Limits.ReportEvidence)) choice.Evidence.Add(id);
        foreach (var finding in diagnosis.Findings)
            foreach (var id in finding.Evidence.Take(3))
                if (history.TryGet(id, out var e)) choice.Add(e.Flow);
    }

    /// <summary>Writes them in their order.</summary>
    public void Write(Utf8JsonWriter data, ReportTexts texts)
    {
        data.WriteStartArray("findings");
        foreach (var finding in diagnosis.Findings)
        {
            data.WriteStartObject();
            data.WriteString("cause", finding.Cause);
            data.WriteString("title", Words(finding.Cause));
            data.WriteNumber("culprit", texts.Of(finding.Culprit));
            data.Numbers("also", finding.Also, text => texts.Of(text));
            data.WriteString("severity", finding.Severity.ToString().ToLowerInvariant());
            data.WriteNumber("confidence", Math.Clamp(finding.Confidence, 0, 1));
            data.WriteNumber("impact", Math.Clamp(finding.Impact, 0, 1));
            data.WriteNumber("summary", texts.Of(finding.Summary));
            data.WriteNumber("advice", texts.Of(finding.Advice));
            data.WriteNumber("reasoning", texts.Of(finding.Reasoning));
            data.WriteNumber("evidenceInAll", finding.Evidence.Count);
            data.Numbers("evidence", finding.Evidence.Take(Limits.ReportEvidence).Where(id => history.TryGet(id, out _)).Select(id => id.Value));
            WriteSpread(data, finding);
            data.WriteEndObject();
        }
        data.WriteEndArray();
    }

    /// <summary>Where in the window the evidence lies, to mark it on the timeline.</summary>
    void WriteSpread(Utf8JsonWriter data, Finding finding)
    {
        long from = long.MaxValue, to = long.MinValue;
        foreach (var id in finding.Evidence)
        {
            if (!history.TryGet(id, out var e)) continue;
            from = Math.Min(from, window.Offset(e.StartTime));
            to = Math.Max(to, window.Offset(e.Time));
        }
        data.Numbers("spread", from <= to ? [Math.Max(0, from), Math.Min(window.Nanos, to)] : []);
    }

    static string Words(string cause) => cause.Length == 0 ? cause : char.ToUpperInvariant(cause[0]) + cause[1..].Replace('-', ' ');
}
