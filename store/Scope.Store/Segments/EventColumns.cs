// The columns of a frame of events and the small tables that they are predicted from. Most events are on the span that
// their thread was on last, with the parent and flow that the span had last, and in the method that their stack's top
// frame is in; such a column is a zero, and zeros compress to nothing. Both sides keep the same tables, empty at the
// start of each frame, so that a frame can be read without the one before. Of a span that ends it is known when it began, and
// so nearly how long it took, and which activity it had: since version 4 three columns stand for ones that did not use that.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>The columns, in the order in which they stand. The numbers are in files: never renumber.</summary>
enum EventColumn
{
    /// <summary>Signed difference to the event before, ns.</summary>
    Time = 0,
    /// <summary>The kind's number.</summary>
    Kind = 1,
    /// <summary>The bits.</summary>
    Flags = 2,
    /// <summary>Target.</summary>
    Target = 3,
    /// <summary>Detail. Until version 3.</summary>
    Detail = 4,
    /// <summary>Signed difference to the event before.</summary>
    Thread = 5,
    /// <summary>0 as on this thread last, else 1 + signed difference to the event before.</summary>
    Span = 6,
    /// <summary>0 as of this span last, else 1 + signed difference to the span.</summary>
    Parent = 7,
    /// <summary>0 as of this span last, else 1 + signed difference to the event before.</summary>
    Flow = 8,
    /// <summary>Stack.</summary>
    Stack = 9,
    /// <summary>0 the stack's top frame, else 1 + code node.</summary>
    CodeNode = 10,
    /// <summary>0 the code node's, else 1 + method.</summary>
    Method = 11,
    /// <summary>0 as of this kind last, else 1 + name.</summary>
    Name = 12,
    /// <summary>0 for none, else 1 + signed difference to the one after the last.</summary>
    Payload = 13,
    /// <summary>The handle, or signed for a plain number. Until version 3.</summary>
    Related = 14,
    /// <summary>Signed. Until version 3.</summary>
    Value = 15,
    /// <summary>How many ids are missing before the event, the first one's 0. From version 2 on.</summary>
    Gap = 16,
    /// <summary>0 as of this kind last, else 1 + detail. From version 4 on.</summary>
    OtherDetail = 17,
    /// <summary>0 as of this span last, or none for what is not of spans' beginnings and ends; else 1 + signed difference, of a span to the event's span, of others to 0. From version 4 on.</summary>
    OtherRelated = 18,
    /// <summary>Signed difference to what is expected: the time since the span was last seen, for others that take time 0, else the kind's last. From version 4 on.</summary>
    ValueBeyond = 19,
}

/// <summary>What both sides predict columns from.</summary>
sealed class EventPrediction
{
    /// <summary>How many columns there are at most.</summary>
    public const int Columns = 20;

    /// <summary>How many columns a segment of a version has.</summary>
    public static int ColumnsOf(ushort version) => version switch { SegmentHeader.Dense => (int)EventColumn.Gap, <= SegmentHeader.Split => (int)EventColumn.OtherDetail, _ => Columns };

    /// <summary>Whether the newest version has something in a column.</summary>
    public static bool IsWritten(EventColumn column) => column is not (EventColumn.Detail or EventColumn.Related or EventColumn.Value);

    /// <summary>Whether a kind is a span's beginning or end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOfSpan(EventKind kind) => OfSpan.Contains(kind);

    static readonly KindSet OfSpan = new(KindSet.Spans.Bits | KindSet.SpanStarts.Bits);

    const int Threads = 256, Spans = 1024, Kinds = 64;

    readonly int[] _spanOfThread = new int[Threads], _parentOfSpan = new int[Spans], _flowOfSpan = new int[Spans], _relatedOfSpan = new int[Spans], _nameOfKind = new int[Kinds], _detailOfKind = new int[Kinds];
    readonly long[] _timeOfSpan = new long[Spans], _valueOfKind = new long[Kinds];

    /// <summary>The last event's values.</summary>
    public long Time;

    /// <summary>The last event's thread.</summary>
    public int Thread;

    /// <summary>The last event's span.</summary>
    public int Span;

    /// <summary>The last event's flow.</summary>
    public int Flow;

    /// <summary>The highest payload so far.</summary>
    public int Payload;

    /// <summary>The span that this thread, or one that shares its place, was on last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int SpanOf(int thread) => ref _spanOfThread[thread & Threads - 1];

    /// <summary>The parent of this span when it was last seen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int ParentOf(int span) => ref _parentOfSpan[span & Spans - 1];

    /// <summary>The flow of this span when it was last seen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int FlowOf(int span) => ref _flowOfSpan[span & Spans - 1];

    /// <summary>The name that this kind had last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int NameOf(EventKind kind) => ref _nameOfKind[(int)kind & Kinds - 1];

    /// <summary>The detail that this kind had last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int DetailOf(EventKind kind) => ref _detailOfKind[(int)kind & Kinds - 1];

    /// <summary>What the beginning or end of this span had last as its related.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref int RelatedOf(int span) => ref _relatedOfSpan[span & Spans - 1];

    /// <summary>The value that is expected.</summary>
    public long Value(EventKind kind, bool isOfSpan, int span, long time)
    {
        if (!EventKinds.HasDuration(kind)) return _valueOfKind[(int)kind & Kinds - 1];
        return isOfSpan && _timeOfSpan[span & Spans - 1] is not 0 and var began ? unchecked(time - began) : 0;
    }

    /// <summary>The value that there was.</summary>
    public void Saw(EventKind kind, bool isOfSpan, int span, long time, long value)
    {
        _valueOfKind[(int)kind & Kinds - 1] = value;
        if (isOfSpan) _timeOfSpan[span & Spans - 1] = time;
    }

    /// <summary>Back to nothing: a frame begins.</summary>
    public void Restart()
    {
        Array.Clear(_spanOfThread);
        Array.Clear(_parentOfSpan);
        Array.Clear(_flowOfSpan);
        Array.Clear(_nameOfKind);
        Array.Clear(_detailOfKind);
        Array.Clear(_relatedOfSpan);
        Array.Clear(_timeOfSpan);
        Array.Clear(_valueOfKind);
        Time = 0;
        Thread = Span = Flow = Payload = 0;
    }
}
