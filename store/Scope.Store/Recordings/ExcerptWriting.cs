// The segments of an excerpt while they are written, one after the other in one walk through the history.
using Scope.Events;
using Scope.Store.Query.Merge;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>Writes the events that it is shown.</summary>
/// <param name="history">Whose they are.</param>
/// <param name="folder">Where the segments go.</param>
sealed class ExcerptWriting(IHistory history, string folder)
{
    readonly ScopeEvent[] _events = new ScopeEvent[Limits.SegmentFrameEvents];
    readonly EventId[] _ids = new EventId[Limits.SegmentFrameEvents];
    readonly SegmentFileWriter _writer = new(history.Catalog);
    readonly Dictionary<long, long>? _numbered = history is MergedHistory { Recordings: > 1 } ? [] : null;
    int _filled, _segments;
    long _written;

    /// <summary>Takes the next event; always true.</summary>
    public bool Take(EventId id, in ScopeEvent e)
    {
        ref var taken = ref _events[_filled];
        (taken, _ids[_filled]) = (e, id);
        if (_numbered is not null) _ids[_filled] = Number(id, ref taken);
        if (++_filled == _events.Length) Flush();
        return true;
    }

    /// <summary>Writes what is left; gives how many events and segments there are.</summary>
    public (long Events, int Segments) End()
    {
        Flush();
        if (_writer.IsOpen) _writer.Seal();
        _writer.Dispose();
        return (_written, _segments);
    }

    // A cause before the excerpt has no number in it: the link then points to itself, which leads nowhere.
    EventId Number(EventId id, ref ScopeEvent e)
    {
        var number = (long)_numbered!.Count;
        _numbered[id.Value] = number;
        if (e.Kind == EventKind.Link)
        {
            e.Related = _numbered.TryGetValue(id.Value - e.Related.Value, out var effect) ? new((int)(number - effect)) : default;
            e.Value = _numbered.GetValueOrDefault(e.Value, number);
        }
        return new(number);
    }

    void Flush()
    {
        if (_filled == 0) return;
        if (!_writer.IsOpen) _writer.Open(RecordingFolder.SegmentPath(folder, ++_segments), _segments);
        _writer.Append(_events.AsSpan(0, _filled), new EventIds(_ids.AsSpan(0, _filled)));
        _written += _filled;
        _filled = 0;
        if (_writer.Bytes >= Limits.SegmentBytes || _writer.EventCount >= Limits.SegmentFullEvents) _writer.Seal();
    }
}
