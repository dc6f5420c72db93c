// Garbage collections, one row each: the runtime tells start, pause, end and heap as separate events; here they meet again.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>The table of garbage collections.</summary>
sealed class Collections(Window window, ReportTexts texts) : Section
{
    const int Generations = 3;

    sealed class Row
    {
        public long Number, Start, DurationNanos, PauseNanos, HeapBytes = -1;
        public int Generation;
        public NameId Reason;
        public EventId Event = EventId.None;
    }

    readonly List<Row> _rows = [];
    readonly long[] _countOf = new long[Generations], _pauseOf = new long[Generations];
    long _pauseNanos, _longestNanos, _pauses;

    public override string Key => "gc";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.GcStart, EventKind.GcPause, EventKind.GcEnd, EventKind.GcHeap);

    public override void Take(EventId id, in ScopeEvent e)
    {
        var generation = Math.Min((int)e.Detail, Generations - 1);
        switch (e.Kind)
        {
            case EventKind.GcStart:
                _countOf[generation]++;
                if (_rows.Count < Limits.ReportRows) _rows.Add(new() { Number = e.Value, Start = window.Offset(e.Time), Generation = e.Detail, Reason = e.Name, Event = id });
                break;
            case EventKind.GcPause:
                _pauses++;
                _pauseNanos += e.Value;
                _longestNanos = Math.Max(_longestNanos, e.Value);
                _pauseOf[generation] += e.Value;
                if (RowIn(window.Offset(e.Time) - e.Value, window.Offset(e.Time)) is { } paused)
                {
                    paused.PauseNanos += e.Value;
                    paused.Event = id;
                }
                break;
            case EventKind.GcEnd when RowIn(window.Offset(e.Time) - e.Value - 1_000_000, window.Offset(e.Time)) is { } ended:
                ended.DurationNanos = e.Value;
                break;
            case EventKind.GcHeap when _rows is [.., var last]:
                last.HeapBytes = e.Value;
                break;
        }
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var row in _rows) choice.Add(row.Event);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteNumber("count", _countOf.Sum());
        data.WriteNumber("pauses", _pauses);
        data.WriteNumber("pauseTotal", _pauseNanos);
        data.WriteNumber("pauseMax", _longestNanos);
        data.Numbers("countOf", _countOf);
        data.Numbers("pauseOf", _pauseOf);
        data.Numbers("number", _rows, r => r.Number);
        data.Numbers("start", _rows, r => r.Start);
        data.Numbers("generation", _rows, r => r.Generation);
        data.Numbers("reason", _rows, r => texts.Of(r.Reason));
        data.Numbers("duration", _rows, r => r.DurationNanos);
        data.Numbers("pause", _rows, r => r.PauseNanos);
        data.Numbers("heap", _rows, r => r.HeapBytes);
        data.Numbers("event", _rows, r => r.Event.Value);
    }

    /// <summary>The last collection that began in an interval; a background one may have begun before a short one that ended already.</summary>
    Row? RowIn(long from, long to)
    {
        for (var i = _rows.Count - 1; i >= 0 && i >= _rows.Count - 4; i--)
            if (_rows[i].Start >= from && _rows[i].Start <= to) return _rows[i];
        return null;
    }
}
