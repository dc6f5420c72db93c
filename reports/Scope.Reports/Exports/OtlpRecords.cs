// Single spans and log records of OTLP.
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Writes records for one history.</summary>
sealed class OtlpRecords(IHistory history)
{
    const int EventsOfSpan = 32;
    const int StatusError = 2;

    static readonly (EventKind Kind, int SpanKind)[] SpanKinds = [(EventKind.Request, 2), (EventKind.ClientCall, 3), (EventKind.Sql, 3), (EventKind.Message, 2), (EventKind.Activity, 1)];

    // Our levels, trace to critical, by the numbers and names of OTLP.
    static readonly (int Number, string Text)[] Severities = [(1, "Trace"), (5, "Debug"), (9, "Information"), (13, "Warning"), (17, "Error"), (21, "Critical")];

    readonly Catalog _catalog = history.Catalog;
    readonly byte[] _id = new byte[16];

    /// <summary>Writes a span with its tags and the exceptions that were thrown in it.</summary>
    public void WriteSpan(ProtoWriter proto, in ScopeEvent e)
    {
        var span = proto.Begin(OtlpFields.Scopes.Records);
        if (OtlpIdentity.TryTraceId(_catalog, e, _id)) proto.Bytes(OtlpFields.Span.TraceId, _id);
        if (OtlpIdentity.TrySpanId(_catalog, e.Span, _id)) proto.Bytes(OtlpFields.Span.SpanId, _id.AsSpan(0, 8));
        if (OtlpIdentity.TrySpanId(_catalog, e.Parent, _id)) proto.Bytes(OtlpFields.Span.ParentSpanId, _id.AsSpan(0, 8));
        proto.Text(OtlpFields.Span.Name, ExportText.Title(_catalog, e));
        proto.Number(OtlpFields.Span.Kind, (ulong)KindOf(e.Kind));
        proto.Fixed64(OtlpFields.Span.StartTimeUnixNano, (ulong)e.StartTime.UnixNanos);
        proto.Fixed64(OtlpFields.Span.EndTimeUnixNano, (ulong)e.Time.UnixNanos);
        WriteFields(proto, OtlpFields.Span.Attributes, e.Payload);
        if (e.Kind is EventKind.Request or EventKind.ClientCall && e.Detail != 0) Attribute(proto, OtlpFields.Span.Attributes, "http.response.status_code", e.Detail);
        if (e.Kind == EventKind.Sql) Attribute(proto, OtlpFields.Span.Attributes, "db.query.text", ExportText.Name(_catalog, e.Name));
        if (!e.Thread.IsNone) Attribute(proto, OtlpFields.Span.Attributes, "thread.id", _catalog.Threads.OsIdOf(e.Thread));
        WriteExceptions(proto, e.Span);
        if ((e.Flags & EventFlags.Error) != 0)
        {
            var status = proto.Begin(OtlpFields.Span.Status);
            proto.Number(OtlpFields.Status.Code, StatusError);
            proto.End(status);
        }
        proto.End(span);
    }

    /// <summary>Writes a log record.</summary>
    public void WriteLog(ProtoWriter proto, in ScopeEvent e)
    {
        var log = proto.Begin(OtlpFields.Scopes.Records);
        proto.Fixed64(OtlpFields.LogRecord.TimeUnixNano, (ulong)e.Time.UnixNanos);
        var (number, text) = Severities[Math.Min((int)e.Detail, Severities.Length - 1)];
        proto.Number(OtlpFields.LogRecord.SeverityNumber, (ulong)number);
        proto.Text(OtlpFields.LogRecord.SeverityText, text);
        if (_catalog.Payloads.Field(e.Payload, _catalog.Names.Find("message")) is { } message)
        {
            var body = proto.Begin(OtlpFields.LogRecord.Body);
            proto.PresentText(OtlpFields.AnyValue.StringValue, message);
            proto.End(body);
        }
        Attribute(proto, OtlpFields.LogRecord.Attributes, "category", ExportText.Name(_catalog, e.Name));
        WriteFields(proto, OtlpFields.LogRecord.Attributes, e.Payload);
        if (OtlpIdentity.TryTraceId(_catalog, e, _id)) proto.Bytes(OtlpFields.LogRecord.TraceId, _id);
        if (OtlpIdentity.TrySpanId(_catalog, e.Span, _id)) proto.Bytes(OtlpFields.LogRecord.SpanId, _id.AsSpan(0, 8));
        proto.Fixed64(OtlpFields.LogRecord.ObservedTimeUnixNano, (ulong)e.Time.UnixNanos);
        proto.End(log);
    }

    /// <summary>An attribute of text.</summary>
    public static void Attribute(ProtoWriter proto, int field, string key, string value)
    {
        if (value.Length == 0) return;
        var pair = proto.Begin(field);
        proto.Text(OtlpFields.KeyValue.Key, key);
        var any = proto.Begin(OtlpFields.KeyValue.Value);
        proto.PresentText(OtlpFields.AnyValue.StringValue, value);
        proto.End(any);
        proto.End(pair);
    }

    /// <summary>An attribute of a number.</summary>
    public static void Attribute(ProtoWriter proto, int field, string key, long value)
    {
        var pair = proto.Begin(field);
        proto.Text(OtlpFields.KeyValue.Key, key);
        var any = proto.Begin(OtlpFields.KeyValue.Value);
        proto.PresentNumber(OtlpFields.AnyValue.IntValue, value);
        proto.End(any);
        proto.End(pair);
    }

    void WriteFields(ProtoWriter proto, int field, PayloadId payload)
    {
        for (var fields = _catalog.Payloads.Read(payload); fields.Next();) Attribute(proto, field, ExportText.Name(_catalog, fields.Key), fields.Text);
    }

    void WriteExceptions(ProtoWriter proto, SpanId span)
    {
        if (span.IsNone) return;
        history.Visit(new() { Span = span, Kinds = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionUnhandled), Limit = EventsOfSpan }, (EventId _, in ScopeEvent e) =>
        {
            var thrown = proto.Begin(OtlpFields.Span.Events);
            proto.Fixed64(OtlpFields.Event.TimeUnixNano, (ulong)e.Time.UnixNanos);
            proto.Text(OtlpFields.Event.Name, "exception");
            Attribute(proto, OtlpFields.Event.Attributes, "exception.type", ExportText.Name(_catalog, e.Name));
            for (var fields = _catalog.Payloads.Read(e.Payload); fields.Next();)
                Attribute(proto, OtlpFields.Event.Attributes, "exception." + ExportText.Name(_catalog, fields.Key), fields.Text);
            proto.End(thrown);
            return true;
        });
    }

    static int KindOf(EventKind kind)
    {
        foreach (var (known, number) in SpanKinds) if (known == kind) return number;
        return 0;
    }
}
