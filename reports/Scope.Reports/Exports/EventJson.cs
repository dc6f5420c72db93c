// One event as one JSON object, for ndjson and for `query --json`: names instead of handles, what is empty left out.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Exports;

/// <summary>Writes events as JSON.</summary>
public static class EventJson
{
    /// <summary>Writes one event as an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="catalog">What the handles refer to.</param>
    /// <param name="id">The event's id.</param>
    /// <param name="e">The event.</param>
    public static void Write(Utf8JsonWriter json, Catalog catalog, EventId id, in ScopeEvent e)
    {
        json.WriteStartObject();
        json.WriteNumber("id", id.Value);
        json.WriteString("time", e.Time.ToString());
        json.WriteString("kind", e.Kind.Text());
        Text(json, "name", ExportText.Name(catalog, e.Name));
        json.WriteNumber(EventKinds.HasDuration(e.Kind) ? "durationNanos" : "value", e.Value);
        if (e.Detail != 0) json.WriteNumber("detail", e.Detail);
        if (e.Flags != 0) json.WriteString("flags", e.Flags.ToString());
        if (ExportText.Pid(catalog, e.Target) is not 0 and var pid) json.WriteNumber("pid", pid);
        WritePlace(json, catalog, e);
        WriteCode(json, catalog, e);
        WritePayload(json, catalog, e.Payload);
        json.WriteEndObject();
    }

    static void WritePlace(Utf8JsonWriter json, Catalog catalog, in ScopeEvent e)
    {
        if (!e.Thread.IsNone)
        {
            json.WriteNumber("thread", catalog.Threads.OsIdOf(e.Thread));
            Text(json, "threadName", ExportText.Name(catalog, catalog.Threads.NameOf(e.Thread)));
        }
        if (!e.Flow.IsNone) json.WriteNumber("flow", e.Flow.Value);
        if (!e.Span.IsNone) json.WriteNumber("span", e.Span.Value);
        if (!e.Parent.IsNone) json.WriteNumber("parent", e.Parent.Value);
        Text(json, "traceId", catalog.Flows.Text(e.Flow));
        Text(json, "spanId", catalog.Spans[e.Span].SpanText);
        Text(json, "parentSpanId", catalog.Spans[e.Parent].SpanText);
        if (e.Related.IsNone) return;
        if (e.Kind is EventKind.Contention or EventKind.ContentionStart) json.WriteNumber("ownerThread", catalog.Threads.OsIdOf(e.Related.AsThread));
        else json.WriteNumber("related", e.Related.Value);
    }

    static void WriteCode(Utf8JsonWriter json, Catalog catalog, in ScopeEvent e)
    {
        if (catalog.Methods[e.Method] is { } method) json.WriteString("method", ExportText.WellFormed(method.FullName));
        if (e.Stack.IsNone) return;
        json.WriteStartArray("stack");
        foreach (var frame in catalog.Stacks.Frames(e.Stack)) json.WriteStringValue(ExportText.Frame(catalog, frame));
        json.WriteEndArray();
    }

    static void WritePayload(Utf8JsonWriter json, Catalog catalog, PayloadId payload)
    {
        var fields = catalog.Payloads.Read(payload);
        if (!fields.Next()) return;
        // As a list, as keys may come twice.
        json.WriteStartArray("payload");
        do
        {
            json.WriteStartArray();
            json.WriteStringValue(ExportText.Name(catalog, fields.Key));
            json.WriteStringValue(fields.Text);
            json.WriteEndArray();
        }
        while (fields.Next());
        json.WriteEndArray();
    }

    static void Text(Utf8JsonWriter json, string key, string text)
    {
        if (text.Length > 0) json.WriteString(key, text);
    }
}
