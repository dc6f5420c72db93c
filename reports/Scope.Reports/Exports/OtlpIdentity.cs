// Trace and span ids for OTLP. What has W3C ids keeps them; what the runtime knows only by its own activity, or not at all,
// gets ids made from its flow and span, the same in each export of a recording, so that its tree holds together.
using System.Buffers.Binary;
using Scope.Events;

namespace Scope.Reports.Exports;

/// <summary>The ids of an event's flow and spans as OTLP wants them.</summary>
static class OtlpIdentity
{
    const ulong MadeUp = 0x5C0BE000_00000000; // Recognisable, and never zero, which would mean "no id".

    /// <summary>Writes 16 bytes; false when the event is in no flow.</summary>
    public static bool TryTraceId(Catalog catalog, in ScopeEvent e, Span<byte> into)
    {
        var span = catalog.Spans[e.Span];
        var trace = catalog.Flows[e.Flow];
        if (trace == 0 && !span.IsActivity) trace = span.TraceOrActivity;
        if (trace == 0 && e.Flow.IsNone && e.Span.IsNone) return false;
        if (trace == 0) trace = new(MadeUp, (ulong)(e.Flow.IsNone ? e.Span.Value : e.Flow.Value));
        BinaryPrimitives.WriteUInt128BigEndian(into, trace);
        return true;
    }

    /// <summary>Writes 8 bytes; false for none.</summary>
    public static bool TrySpanId(Catalog catalog, SpanId span, Span<byte> into)
    {
        if (span.IsNone) return false;
        BinaryPrimitives.WriteUInt64BigEndian(into, catalog.Spans[span] is { IsActivity: false } key ? key.W3CSpan : MadeUp | (uint)span.Value);
        return true;
    }
}
