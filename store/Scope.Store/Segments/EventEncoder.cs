// The writing side of a frame of events: one pass over the events, each of its fields appended to its column as a varint
// that prediction keeps short.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Puts a frame of events together.</summary>
sealed class EventEncoder(DictionaryEncoder dictionary)
{
    readonly ColumnBuffer[] _columns = [.. Enumerable.Range(0, EventPrediction.Columns).Select(c => new ColumnBuffer(EventPrediction.IsWritten((EventColumn)c)))];
    readonly EventPrediction _last = new();
    EventTime _earliest, _latest;
    EventId _lastId;

    /// <summary>How many events the frame holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many payloads had been forgotten before they could be written.</summary>
    public long PayloadsMissed { get; private set; }

    /// <summary>What the sidecar index says of the frame.</summary>
    public FrameSummary Summary(EventId first, long offset) => new(offset, first, _lastId, Count, _earliest, _latest, new(_kinds));
    ulong _kinds;

    /// <summary>Starts an empty frame.</summary>
    public void Restart()
    {
        foreach (var column in _columns) column.Length = 0;
        _last.Restart();
        Count = 0;
        _kinds = 0;
        (_earliest, _latest) = (EventTime.Max, EventTime.Min);
    }

    /// <summary>Adds events; at most <see cref="Limits.SegmentFrameEvents"/> between two restarts.</summary>
    /// <param name="events">The events.</param>
    /// <param name="ids">Their ids, ascending.</param>
    public void Add(ReadOnlySpan<ScopeEvent> events, in EventIds ids)
    {
        foreach (ref readonly var e in events) Add(e);
        if (events.Length == 0) return;
        _lastId = ids[events.Length - 1];
        if (ids.AreDense) return;
        for (var i = 0; i < events.Length; i++) Put(EventColumn.Gap, i == 0 ? 0 : (ulong)(ids[i].Value - ids[i - 1].Value - 1));
    }

    /// <summary>Writes the content of the frame.</summary>
    public void Write(ByteWriter content, EventId first)
    {
        content.Clear();
        content.Number((ulong)first.Value);
        content.Number((ulong)Count);
        foreach (var column in _columns)
        {
            // A column of zeros only need not be there.
            var bytes = column.Length == Count && !column.Written.ContainsAnyExcept((byte)0) ? default : column.Written;
            content.Number((ulong)bytes.Length);
            content.Bytes(bytes);
        }
    }

    void Add(in ScopeEvent e)
    {
        Put(EventColumn.Time, Varint.ZigZag(e.Time.UnixNanos - _last.Time));
        _last.Time = e.Time.UnixNanos;
        Put(EventColumn.Kind, (ulong)e.Kind);
        Put(EventColumn.Target, (ulong)dictionary.Target(e.Target));
        ref var detail = ref _last.DetailOf(e.Kind);
        Put(EventColumn.OtherDetail, e.Detail == detail ? 0 : 1 + (ulong)e.Detail);
        detail = e.Detail;
        AddPlace(e);
        AddCode(e);
        AddText(e);
        AddOfSpan(e, _last.Span, EventPrediction.IsOfSpan(e.Kind));
        _kinds |= 1UL << (int)e.Kind;
        if (e.Time < _earliest) _earliest = e.Time;
        if (e.Time > _latest) _latest = e.Time;
        Count++;
    }

    void AddOfSpan(in ScopeEvent e, int span, bool isOfSpan)
    {
        Put(EventColumn.ValueBeyond, Varint.ZigZag(unchecked(e.Value - _last.Value(e.Kind, isOfSpan, span, e.Time.UnixNanos))));
        _last.Saw(e.Kind, isOfSpan, span, e.Time.UnixNanos, e.Value);
        var sort = RelatedSorts.Of(e.Kind);
        var related = sort switch
        {
            RelatedSort.Thread => dictionary.Thread(e.Related.AsThread),
            RelatedSort.Span => dictionary.Span(e.Related.AsActivity),
            _ => e.Related.Value,
        };
        var none = 0;
        Put(EventColumn.OtherRelated, Difference(related, ref isOfSpan ? ref _last.RelatedOf(span) : ref none, sort == RelatedSort.Span ? span : 0));
    }

    void AddPlace(in ScopeEvent e)
    {
        int thread = dictionary.Thread(e.Thread), span = dictionary.Span(e.Span), parent = dictionary.Span(e.Parent), flow = dictionary.Flow(e.Flow);
        Put(EventColumn.Thread, Varint.ZigZag(thread - _last.Thread));
        Put(EventColumn.Span, Difference(span, ref _last.SpanOf(thread), _last.Span));
        Put(EventColumn.Parent, Difference(parent, ref _last.ParentOf(span), span));
        Put(EventColumn.Flow, Difference(flow, ref _last.FlowOf(span), _last.Flow));
        (_last.Thread, _last.Span, _last.Flow) = (thread, span, flow);
    }

    void AddCode(in ScopeEvent e)
    {
        int stack = dictionary.Stack(e.Stack), node = dictionary.CodeNode(e.CodeNode), method = dictionary.Method(e.Method);
        Put(EventColumn.Stack, (ulong)stack);
        Put(EventColumn.CodeNode, node == dictionary.FrameOf(stack) ? 0 : 1 + (ulong)node);
        Put(EventColumn.Method, method == dictionary.MethodOf(node) ? 0 : 1 + (ulong)method);
    }

    void AddText(in ScopeEvent e)
    {
        var name = dictionary.Name(e.Name);
        ref var lastName = ref _last.NameOf(e.Kind);
        Put(EventColumn.Name, name == lastName ? 0 : 1 + (ulong)name);
        lastName = name;
        var payload = dictionary.Payload(e.Payload);
        var missed = payload == 0 && !e.Payload.IsNone;
        if (missed) PayloadsMissed++;
        Put(EventColumn.Payload, payload == 0 ? 0 : 1 + Varint.ZigZag(payload - (_last.Payload + 1)));
        if (payload != 0) _last.Payload = payload;
        Put(EventColumn.Flags, (ulong)(missed ? e.Flags | EventFlags.PayloadCut : e.Flags));
    }

    static ulong Difference(int value, ref int predicted, int other)
    {
        var same = value == predicted;
        predicted = value;
        return same ? 0 : 1 + Varint.ZigZag(value - (long)other);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Put(EventColumn column, ulong value) => _columns[(int)column].Put(value);

    /// <summary>One column's varints, with room for the longest that a full frame can need.</summary>
    sealed class ColumnBuffer(bool isWritten)
    {
        const int LongestVarint = 10;

        readonly byte[] _bytes = isWritten ? new byte[Limits.SegmentFrameEvents * LongestVarint] : [];

        public int Length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Put(ulong value)
        {
            if (value < 0x80) _bytes[Length++] = (byte)value;
            else Length += Varint.Write(_bytes.AsSpan(Length), value);
        }
    }
}
