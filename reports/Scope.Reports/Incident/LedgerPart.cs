// The account: what was captured, what was lost, by whom and when. The page says on what share of events it rests.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

static class LedgerPart
{
    /// <summary>Writes the ledger.</summary>
    public static void Write(Utf8JsonWriter data, ReportFacts facts, Window window)
    {
        var ledger = facts.Ledger;
        data.WriteStartObject("ledger");
        data.WriteNumber("captured", ledger.Captured);
        data.WriteNumber("lost", ledger.Lost);
        data.WriteNumber("share", ledger.Share);
        data.WriteStartArray("bySource");
        foreach (var entry in ledger.BySource)
        {
            data.WriteStartObject();
            data.WriteString("source", entry.Source);
            data.WriteNumber("count", entry.Count);
            data.WriteEndObject();
        }
        data.WriteEndArray();
        data.WriteStartArray("losses");
        foreach (var loss in ledger.Losses.OrderByDescending(l => l.Count).Take(Limits.ReportGroups))
        {
            data.WriteStartObject();
            data.WriteString("source", loss.Source.ToString());
            data.WriteString("part", loss.Part);
            data.WriteNumber("from", Within(loss.From));
            data.WriteNumber("to", Within(loss.To));
            data.WriteNumber("count", loss.Count);
            data.WriteBoolean("countsEvents", Ledger.CountsEvents(loss.Source));
            data.WriteEndObject();
        }
        data.WriteEndArray();
        data.WriteEndObject();

        long Within(EventTime time) => time <= window.From ? 0 : time >= window.To ? window.Nanos : window.Offset(time);
    }
}
