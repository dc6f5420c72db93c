// Parquet for DuckDB, pandas, Spark and every warehouse: one row an event, names instead of handles, a column that has no
// value is null. What is read a column at a time is small, and a question for one route touches two columns.
using System.Text.Json;
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports.Parquet;

/// <summary>Writes the events that match as a Parquet file.</summary>
public static class ParquetExport
{
    /// <summary>Writes the events, a row group at a time.</summary>
    public static void Write(IHistory history, EventQuery query, Stream output)
    {
        var file = new ParquetFile(output, Columns(history.Catalog));
        file.Begin();
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            file.Add(id, in e);
            return true;
        });
        file.End();
    }

    /// <summary>The columns, one row each.</summary>
    static ParquetColumn[] Columns(Catalog c) =>
    [
        new NumberColumn("id", (EventId id, in ScopeEvent _) => id.Value),
        new NumberColumn("time", (EventId _, in ScopeEvent e) => e.Time.UnixNanos) { IsTime = true },
        new NameColumn("kind", (in ScopeEvent e) => (int)e.Kind, kind => ((EventKind)kind).Text()),
        new NameColumn("name", (in ScopeEvent e) => e.Name.Value, name => ExportText.Name(c, new(name))),
        new NumberColumn("duration_ns", (EventId _, in ScopeEvent e) => EventKinds.HasDuration(e.Kind) ? e.Value : null),
        new NumberColumn("value", (EventId _, in ScopeEvent e) => EventKinds.HasDuration(e.Kind) ? null : e.Value),
        new NumberColumn("detail", (EventId _, in ScopeEvent e) => e.Detail),
        new NameColumn("flags", (in ScopeEvent e) => (int)e.Flags, flags => ((EventFlags)flags).ToString()),
        new NumberColumn("pid", (EventId _, in ScopeEvent e) => Known(ExportText.Pid(c, e.Target))),
        new NameColumn("process", (in ScopeEvent e) => e.Target.Value, target => target <= c.Targets.All.Count ? ExportText.WellFormed(c.Targets[new((ushort)target)].Name) : null),
        new NumberColumn("thread", (EventId _, in ScopeEvent e) => Known(c.Threads.OsIdOf(e.Thread))),
        new NameColumn("thread_name", (in ScopeEvent e) => e.Thread.Value, thread => ExportText.Name(c, c.Threads.NameOf(new(thread)))),
        new NumberColumn("flow", (EventId _, in ScopeEvent e) => Known(e.Flow.Value)),
        new NameColumn("trace_id", (in ScopeEvent e) => e.Flow.Value, flow => c.Flows.Text(new(flow))),
        new NumberColumn("span", (EventId _, in ScopeEvent e) => Known(e.Span.Value)),
        new NameColumn("span_id", (in ScopeEvent e) => e.Span.Value, span => c.Spans[new SpanId(span)].SpanText),
        new NumberColumn("parent", (EventId _, in ScopeEvent e) => Known(e.Parent.Value)),
        new NameColumn("parent_span_id", (in ScopeEvent e) => e.Parent.Value, span => c.Spans[new SpanId(span)].SpanText),
        new NameColumn("method", (in ScopeEvent e) => e.Method.Value, method => c.Methods[new(method)] is { } m ? ExportText.WellFormed(m.FullName) : null),
        new NameColumn("module", (in ScopeEvent e) => e.Method.Value, method => c.Methods[new(method)] is { } m && c.Modules[m.Module] is { } module ? ExportText.WellFormed(module.Name) : null),
        new NameColumn("stack", (in ScopeEvent e) => e.Stack.Value, stack => string.Join(';', c.Stacks.Frames(new(stack)).Reverse().Select(frame => ExportText.Frame(c, frame)))),
        new NumberColumn("owner_thread", (EventId _, in ScopeEvent e) => HasOwner(e.Kind) ? Known(c.Threads.OsIdOf(e.Related.AsThread)) : null),
        new NumberColumn("related", (EventId _, in ScopeEvent e) => HasOwner(e.Kind) ? null : Known(e.Related.Value)),
        new TextColumn("payload", (in ScopeEvent e, Stream to) => WritePayload(c, e.Payload, to)),
    ];

    static bool HasOwner(EventKind kind) => kind is EventKind.Contention or EventKind.ContentionStart;

    static long? Known(long number) => number == 0 ? null : number;

    /// <summary>A payload as a JSON object; a key that comes twice stands twice.</summary>
    static void WritePayload(Catalog catalog, PayloadId payload, Stream to)
    {
        var fields = catalog.Payloads.Read(payload);
        if (!fields.Next()) return;
        using var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        do json.WriteString(ExportText.Name(catalog, fields.Key), fields.Text);
        while (fields.Next());
        json.WriteEndObject();
    }
}
