// The critical path of a request: at each moment the deepest span that it was waiting for, found backwards from its end.
//
// 1. Stand at the end of a span. Of its children that ended by then, take the one that ended last.
// 2. The gap between that end and where we stand is the span's own time.
// 3. Walk the child the same way, then stand at its beginning and go to 1.
// 4. When no child ended before, the rest back to the span's beginning is its own time.
//
// So calls made at once count by the slowest only, calls made one after the other count each: this tells them apart.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>One stretch of a critical path: a span, for how long, and how many spans of this step are on the path.</summary>
internal readonly record struct PathPart(Step Step, long Nanos, int Spans);

/// <summary>Walks critical paths. Reused from request to request.</summary>
internal sealed class CriticalPath
{
    readonly Dictionary<Step, (long Nanos, int Spans)> _parts = [];
    int _budget;

    /// <summary>The path of a request over the spans of its flow, which stand in the order of their ends.</summary>
    public IEnumerable<PathPart> Of(in SpanRecord request, List<SpanRecord> spans)
    {
        _parts.Clear();
        _budget = Limits.SpansOfFlow * 8; // Scans of a wide and deep request are cut, so that a crafted one costs no more than a large one.
        Walk(request, request.Start, request.End, spans, spans.Count - 1, 0);
        return _parts.Select(part => new PathPart(part.Key, part.Value.Nanos, part.Value.Spans));
    }

    void Walk(in SpanRecord span, EventTime from, EventTime to, List<SpanRecord> spans, int last, int depth)
    {
        var at = to;
        long own = 0;
        for (var i = last; i >= 0 && at > from && depth < Limits.SpanDepth; i--)
        {
            if (--_budget < 0) break;
            var child = spans[i];
            if (child.End <= from) break;
            if (child.Parent != span.Span || child.Span == span.Span || child.End > at) continue;
            own += at - child.End;
            var begin = child.Start > from ? child.Start : from;
            Walk(child, begin, child.End, spans, i - 1, depth + 1);
            at = begin;
        }
        own += Math.Max(0, at - from);
        ref var part = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_parts, span.Step, out _);
        part = (part.Nanos + own, part.Spans + 1);
    }
}
