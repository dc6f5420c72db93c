// The reading side of a frame of events: the columns side by side, each id checked against what the dictionaries hold.
using System.Runtime.CompilerServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Takes a frame of events apart.</summary>
/// <param name="dictionary">What its ids stand for.</param>
/// <param name="version">The segment's version.</param>
sealed class EventDecoder(DictionaryDecoder dictionary, ushort version)
{
    const int Absent = -1;
    const long HighestId = long.MaxValue - Limits.SegmentFrameEvents;

    ScopeEvent[] _events = [];
    readonly EventPrediction _last = new();
    readonly int[] _at = new int[EventPrediction.Columns], _end = new int[EventPrediction.Columns];
    readonly int _columns = EventPrediction.ColumnsOf(version);
    EventId[] _ids = [];
    int _count;
    string? _mistake;

    /// <summary>The events of the frame read last; good until the next one.</summary>
    public ReadOnlySpan<ScopeEvent> Events => _events.AsSpan(0, _count);

    /// <summary>The id of the first of them.</summary>
    public EventId First { get; private set; }

    /// <summary>Their ids.</summary>
    public EventIds Ids => !_hasGaps || _count == 0 ? First : new EventIds(_ids.AsSpan(0, _count));
    bool _hasGaps;

    /// <summary>Reads the content of a frame; says what is wrong with it, or null.</summary>
    public string? Read(ReadOnlySpan<byte> content)
    {
        _count = 0;
        var frame = new ByteCursor(content);
        var first = frame.Number();
        var count = frame.Number(Limits.SegmentFrameEvents, "the number of events");
        if (first > (ulong)HighestId) frame.Fail($"the first event's id is {first}");
        for (var i = 0; i < _columns; i++)
        {
            var length = frame.Number(Limits.SegmentFrameBytes, "the length of a column");
            _at[i] = length == 0 ? Absent : content.Length - frame.Left;
            _end[i] = _at[i] + length;
            frame.Bytes(length);
        }
        if (frame.Mistake is null && !frame.AtEnd) frame.Fail($"there are {frame.Left} bytes after the last column");
        if (frame.Mistake is { } mistake) return mistake;

        _hasGaps = version != SegmentHeader.Dense && _at[(int)EventColumn.Gap] != Absent;
        Grow(count);
        _last.Restart();
        _mistake = null;
        for (var i = 0; i < count; i++)
        {
            Read(content, ref _events[i]);
            if (_mistake is not null) return $"{_mistake} in event {i} of {count}";
        }
        ReadIds(content, (long)first, count);
        if (_mistake is not null) return _mistake;
        for (var i = 0; i < _columns; i++)
            if (_at[i] != Absent && _at[i] != _end[i]) return $"the column {(EventColumn)i} is longer than its {count} events";
        (First, _count) = (new((long)first), count);
        return null;
    }

    // Many segments are small, and so are their frames.
    void Grow(int count)
    {
        var length = Math.Min(Limits.SegmentFrameEvents, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count));
        if (_events.Length < count) _events = new ScopeEvent[length];
        if (_hasGaps && _ids.Length < count) _ids = new EventId[length];
    }

    void ReadIds(ReadOnlySpan<byte> content, long id, int count)
    {
        for (var i = 0; i < count && _hasGaps; i++, id++)
        {
            var gap = Next(content, EventColumn.Gap);
            if (gap > (ulong)Math.Max(0, HighestId - id)) Complain($"the ids of its events pass {HighestId} in event {i} of {count}");
            if (_mistake is not null) return;
            id += (long)gap;
            _ids[i] = new(id);
        }
    }

    void Read(ReadOnlySpan<byte> content, ref ScopeEvent e)
    {
        _last.Time += Varint.UnZigZag(Next(content, EventColumn.Time));
        e.Time = new(_last.Time);
        e.Kind = (EventKind)Bounded(content, EventColumn.Kind, KnownKinds.Length);
        if (!KnownKinds[(int)e.Kind]) Complain($"the kind is {(int)e.Kind}, which this program does not know");
        e.Flags = (EventFlags)Bounded(content, EventColumn.Flags, ushort.MaxValue + 1);
        e.Target = dictionary.Target(Bounded(content, EventColumn.Target, dictionary.TargetCount));
        if (version > SegmentHeader.Split)
        {
            ref var detail = ref _last.DetailOf(e.Kind);
            if (Next(content, EventColumn.OtherDetail) is > 0 and var told) detail = Checked((long)(told - 1), ushort.MaxValue + 1, EventColumn.OtherDetail);
            e.Detail = (ushort)detail;
        }
        else
        {
            e.Detail = (ushort)Bounded(content, EventColumn.Detail, ushort.MaxValue + 1);
            e.Value = Varint.UnZigZag(Next(content, EventColumn.Value));
        }
        ReadPlace(content, ref e);
        ReadCode(content, ref e);
        ReadText(content, ref e);
        if (version > SegmentHeader.Split) ReadOfSpan(content, ref e, _last.Span, EventPrediction.IsOfSpan(e.Kind));
        else ReadRelated(content, ref e);
    }

    void ReadOfSpan(ReadOnlySpan<byte> content, ref ScopeEvent e, int span, bool isOfSpan)
    {
        e.Value = unchecked(_last.Value(e.Kind, isOfSpan, span, e.Time.UnixNanos) + Varint.UnZigZag(Next(content, EventColumn.ValueBeyond)));
        _last.Saw(e.Kind, isOfSpan, span, e.Time.UnixNanos, e.Value);
        var sort = RelatedSorts.Of(e.Kind);
        var none = 0;
        ref var related = ref isOfSpan ? ref _last.RelatedOf(span) : ref none;
        if (Next(content, EventColumn.OtherRelated) is > 0 and var told) related = (int)((sort == RelatedSort.Span ? span : 0) + Varint.UnZigZag(told - 1));
        e.Related = sort switch
        {
            RelatedSort.Thread => RelatedId.Of(dictionary.Thread(Checked(related, dictionary.ThreadCount, EventColumn.OtherRelated))),
            RelatedSort.Span => RelatedId.Of(dictionary.Span(Checked(related, dictionary.SpanCount, EventColumn.OtherRelated))),
            _ => new(related),
        };
    }

    void ReadRelated(ReadOnlySpan<byte> content, ref ScopeEvent e) =>
        e.Related = RelatedSorts.Of(e.Kind) switch
        {
            RelatedSort.Thread => RelatedId.Of(dictionary.Thread(Bounded(content, EventColumn.Related, dictionary.ThreadCount))),
            RelatedSort.Span => RelatedId.Of(dictionary.Span(Bounded(content, EventColumn.Related, dictionary.SpanCount))),
            _ => new((int)Varint.UnZigZag(Next(content, EventColumn.Related))),
        };

    void ReadPlace(ReadOnlySpan<byte> content, ref ScopeEvent e)
    {
        var thread = Checked(_last.Thread + Varint.UnZigZag(Next(content, EventColumn.Thread)), dictionary.ThreadCount, EventColumn.Thread);
        var span = Difference(Next(content, EventColumn.Span), ref _last.SpanOf(thread), _last.Span, dictionary.SpanCount, EventColumn.Span);
        var parent = Difference(Next(content, EventColumn.Parent), ref _last.ParentOf(span), span, dictionary.SpanCount, EventColumn.Parent);
        var flow = Difference(Next(content, EventColumn.Flow), ref _last.FlowOf(span), _last.Flow, dictionary.FlowCount, EventColumn.Flow);
        (_last.Thread, _last.Span, _last.Flow) = (thread, span, flow);
        e.Thread = dictionary.Thread(thread);
        e.Span = dictionary.Span(span);
        e.Parent = dictionary.Span(parent);
        e.Flow = dictionary.Flow(flow);
    }

    void ReadCode(ReadOnlySpan<byte> content, ref ScopeEvent e)
    {
        var stack = Bounded(content, EventColumn.Stack, dictionary.StackCount);
        var node = Next(content, EventColumn.CodeNode) is > 0 and var told ? Checked((long)(told - 1), dictionary.CodeNodeCount, EventColumn.CodeNode) : dictionary.FrameOf(stack);
        var method = Next(content, EventColumn.Method) is > 0 and var said ? Checked((long)(said - 1), dictionary.MethodCount, EventColumn.Method) : dictionary.MethodOf(node);
        e.Stack = dictionary.Stack(stack);
        e.CodeNode = dictionary.CodeNode(node);
        e.Method = dictionary.Method(method);
    }

    void ReadText(ReadOnlySpan<byte> content, ref ScopeEvent e)
    {
        ref var lastName = ref _last.NameOf(e.Kind);
        if (Next(content, EventColumn.Name) is > 0 and var told) lastName = Checked((long)(told - 1), dictionary.NameCount, EventColumn.Name);
        e.Name = dictionary.Name(lastName);
        e.Payload = default;
        if (Next(content, EventColumn.Payload) is not (> 0 and var step)) return;
        _last.Payload = Checked(_last.Payload + 1L + Varint.UnZigZag(step - 1), dictionary.PayloadCount, EventColumn.Payload);
        e.Payload = dictionary.Payload(_last.Payload);
    }

    int Difference(ulong coded, ref int predicted, int other, int count, EventColumn column) =>
        coded == 0 ? predicted : predicted = Checked(other + Varint.UnZigZag(coded - 1), count, column);

    int Bounded(ReadOnlySpan<byte> content, EventColumn column, int count) => Checked((long)Next(content, column), count, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    int Checked(long value, int count, EventColumn column) => (ulong)value < (ulong)count ? (int)value : Complain($"the column {column} says {value} where less than {count} is known");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    ulong Next(ReadOnlySpan<byte> content, EventColumn column)
    {
        ref var at = ref _at[(int)column];
        if (at == Absent) return 0;
        return at < _end[(int)column] && content[at] < 0x80 ? content[at++] : NextLong(content, column, ref at);
    }

    ulong NextLong(ReadOnlySpan<byte> content, EventColumn column, ref int at)
    {
        var rest = content[at.._end[(int)column]];
        if (!Varint.TryRead(ref rest, out var value)) Complain($"the column {column} ends within a number or too early");
        at = _end[(int)column] - rest.Length;
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    int Complain(string what)
    {
        _mistake ??= what;
        return 0;
    }

    static readonly bool[] KnownKinds = Kinds();

    static bool[] Kinds()
    {
        var kinds = new bool[64];
        foreach (var rule in EventKinds.All) kinds[(int)rule.Kind] = true;
        return kinds;
    }
}
