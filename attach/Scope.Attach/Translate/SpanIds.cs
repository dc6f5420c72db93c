// W3C ids to handles: the same span is named by its start, its stop, its children and its log records within moments, so a
// small cache answers most before the shared dictionaries are asked.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>The W3C spans that one stream told lately.</summary>
sealed class SpanIds(Catalog catalog)
{
    const int Slots = 1 << 12;

    readonly (UInt128 Trace, ulong Span, SpanId Id, FlowId Flow)[] _known = new (UInt128, ulong, SpanId, FlowId)[Slots];
    int _knownFrom;

    /// <summary>The handles of a span and its flow.</summary>
    public (SpanId Span, FlowId Flow) Of(UInt128 trace, ulong span)
    {
        ref var known = ref _known[(int)(span * 0x9E3779B97F4A7C15 >> 52) & Slots - 1];
        if (known.Span == span && known.Trace == trace && !known.Id.IsNone) return (known.Id, known.Flow);
        // As with runtime activities: never remember longer than the shared dictionary does.
        if (catalog.Spans.LastId - _knownFrom > Limits.SpanGeneration / 2)
        {
            Array.Clear(_known);
            _knownFrom = catalog.Spans.LastId;
        }
        known = (trace, span, catalog.Spans.Intern(new(trace, span)), catalog.Flows.Intern(trace));
        return (known.Id, known.Flow);
    }
}
