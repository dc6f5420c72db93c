// Events column by column, as a batch holds them: like a frame of a segment (store/FORMAT.md, Events), but with the ids of
// the recording, so that a batch can be read with no dictionary at hand, and predicted from more.
//
// How it works
//  1. Each field of an event is told as the difference to what could be expected: the span that the thread was on last, the
//     name that the span's beginning had, the method that the code node was in before. Most differences are zero.
//  2. What is expected comes from small tables that both sides keep alike, empty at the start of a batch.
//  3. So both sides are one piece of code: for each number a coder is given what the event has, and answers what it is. The
//     writer notes the number and answers the same; the reader ignores it and answers what was noted.
using System.Runtime.CompilerServices;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>One side of a batch.</summary>
interface IColumnCoder
{
    /// <summary>The next number of a column: the writer is told it, the reader tells it.</summary>
    ulong Number(EventColumn column, ulong value);
}

/// <summary>The columns of a batch.</summary>
static class BatchColumns
{
    /// <summary>How many there are: those that a segment's frame had when batches were made first.</summary>
    public const int Count = (int)EventColumn.Gap + 1;
}

/// <summary>What fields are predicted from, and how.</summary>
sealed class BatchColumns<TCoder> where TCoder : struct, IColumnCoder
{
    const int Threads = 256, Spans = 1024, Kinds = 64, Places = 4096;

    readonly int[] _spanOfThread = new int[Threads], _stackOfThread = new int[Threads];
    readonly int[] _parentOfSpan = new int[Spans], _flowOfSpan = new int[Spans], _nameOfSpan = new int[Spans], _relatedOfSpan = new int[Spans];
    readonly long[] _timeOfSpan = new long[Spans];
    readonly int[] _nameOfKind = new int[Kinds], _flagsOfKind = new int[Kinds], _detailOfKind = new int[Kinds];
    readonly long[] _valueOfKind = new long[Kinds];
    readonly int[] _nodeOfStack = new int[Places], _methodOfNode = new int[Places];

    long _time;
    int _thread, _target, _payload, _newestSpan, _newestFlow, _newestMethod;

    /// <summary>Forgets all: a batch begins.</summary>
    public void Restart()
    {
        foreach (var table in (ReadOnlySpan<int[]>)[_spanOfThread, _stackOfThread, _parentOfSpan, _flowOfSpan, _nameOfSpan, _relatedOfSpan, _nameOfKind, _flagsOfKind, _detailOfKind, _nodeOfStack, _methodOfNode]) Array.Clear(table);
        Array.Clear(_valueOfKind);
        Array.Clear(_timeOfSpan);
        _time = 0;
        _thread = _target = _payload = _newestSpan = _newestFlow = _newestMethod = 0;
    }

    /// <summary>Passes one event through the coder.</summary>
    public void Code(ref TCoder coder, ref ScopeEvent e)
    {
        e.Time = new(_time += Signed(ref coder, EventColumn.Time, e.Time.UnixNanos - _time));
        e.Kind = (EventKind)coder.Number(EventColumn.Kind, (ulong)e.Kind);
        var kind = (int)e.Kind & Kinds - 1;
        e.Target = new((ushort)Told(ref coder, EventColumn.Target, e.Target.Value, ref _target, 0));
        e.Flags = (EventFlags)Told(ref coder, EventColumn.Flags, (int)e.Flags, ref _flagsOfKind[kind], 0);
        e.Detail = (ushort)Told(ref coder, EventColumn.Detail, e.Detail, ref _detailOfKind[kind], 0);
        CodePlace(ref coder, ref e);
        CodeCode(ref coder, ref e);
        CodeValue(ref coder, ref e, kind);
        ref var name = ref (EventPrediction.IsOfSpan(e.Kind) ? ref _nameOfSpan[e.Span.Value & Spans - 1] : ref _nameOfKind[kind]);
        e.Name = new(Told(ref coder, EventColumn.Name, e.Name.Value, ref name, 0));
        var payload = coder.Number(EventColumn.Payload, e.Payload.IsNone ? 0 : 1 + Varint.ZigZag(e.Payload.Value - (_payload + 1L)));
        e.Payload = payload == 0 ? default : new(_payload += 1 + (int)Varint.UnZigZag(payload - 1));
        // The runtime's activity of a span is a number near the span's own.
        var near = RelatedSorts.Of(e.Kind) == RelatedSort.Span ? e.Span.Value : 0;
        var none = 0;
        ref var related = ref (EventPrediction.IsOfSpan(e.Kind) ? ref _relatedOfSpan[e.Span.Value & Spans - 1] : ref none);
        e.Related = new(Told(ref coder, EventColumn.Related, e.Related.Value, ref related, near));
    }

    // A span lasted since its beginning, or nearly so; other values repeat, or count up.
    void CodeValue(ref TCoder coder, ref ScopeEvent e, int kind)
    {
        ref var began = ref _timeOfSpan[e.Span.Value & Spans - 1];
        ref var before = ref _valueOfKind[kind];
        var isOfSpan = EventPrediction.IsOfSpan(e.Kind);
        var expected = !EventKinds.HasDuration(e.Kind) ? before : isOfSpan && began != 0 ? e.Time.UnixNanos - began : 0;
        e.Value = before = unchecked(expected + Signed(ref coder, EventColumn.Value, unchecked(e.Value - expected)));
        if (isOfSpan) began = e.Time.UnixNanos;
    }

    void CodePlace(ref TCoder coder, ref ScopeEvent e)
    {
        e.Thread = new(_thread += (int)Signed(ref coder, EventColumn.Thread, e.Thread.Value - (long)_thread));
        e.Span = new(Told(ref coder, EventColumn.Span, e.Span.Value, ref _spanOfThread[_thread & Threads - 1], _newestSpan));
        e.Parent = new(Told(ref coder, EventColumn.Parent, e.Parent.Value, ref _parentOfSpan[e.Span.Value & Spans - 1], e.Span.Value));
        e.Flow = new(Told(ref coder, EventColumn.Flow, e.Flow.Value, ref _flowOfSpan[e.Span.Value & Spans - 1], _newestFlow));
        _newestSpan = Math.Max(_newestSpan, e.Span.Value);
        _newestFlow = Math.Max(_newestFlow, e.Flow.Value);
    }

    void CodeCode(ref TCoder coder, ref ScopeEvent e)
    {
        e.Stack = new(Told(ref coder, EventColumn.Stack, e.Stack.Value, ref _stackOfThread[_thread & Threads - 1], 0));
        e.CodeNode = new(Told(ref coder, EventColumn.CodeNode, e.CodeNode.Value, ref _nodeOfStack[e.Stack.Value & Places - 1], 0));
        e.Method = new(Told(ref coder, EventColumn.Method, e.Method.Value, ref _methodOfNode[e.CodeNode.Value & Places - 1], _newestMethod));
        _newestMethod = Math.Max(_newestMethod, e.Method.Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long Signed(ref TCoder coder, EventColumn column, long value) => Varint.UnZigZag(coder.Number(column, Varint.ZigZag(value)));

    /// <summary>0 for the expected, which becomes what is told; else 1 and the difference to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Told(ref TCoder coder, EventColumn column, int value, ref int expected, int other)
    {
        var told = coder.Number(column, value == expected ? 0 : 1 + Varint.ZigZag(value - (long)other));
        return expected = told == 0 ? expected : (int)(other + Varint.UnZigZag(told - 1));
    }
}
