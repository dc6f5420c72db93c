// What a shipper reads: a recording's events in the order of their ids, from its sealed segments and on into the one that is
// being written. It is asked as the hot index is. Dictionary entries go into a catalog that the shipper gives: when it is
// the one that the destination has already, known entries keep its ids, though the segments that first had them are long gone.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>Reads one recording in a spool while it grows and while its oldest segments go.</summary>
public sealed class SpoolFeed : IDisposable
{
    readonly SpoolFolder? _spool;
    readonly string _folder;
    readonly Func<bool> _mayGrow;
    readonly SegmentCursor _cursor;
    readonly List<SegmentDamage> _damages = [];
    string? _path;
    bool _later;
    EventId _next = new(0);
    int _place, _count;
    (int Spans, int Flows) _idsBefore, _idsNow;

    internal SpoolFeed(SpoolFolder? spool, string folder, Catalog catalog, Func<bool>? mayGrow = null)
    {
        (_spool, _folder, Catalog) = (spool, folder, catalog);
        _mayGrow = mayGrow ?? (() => SpoolWriting.IsHeld(folder));
        _cursor = new(catalog, Known);
    }

    /// <summary>A feed of a recording that is in no spool, and of which nothing ever goes.</summary>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="catalog">Where dictionary entries go, as in <see cref="SpoolFolder.Feed"/>.</param>
    /// <param name="mayGrow">Whether somebody writes it.</param>
    public static SpoolFeed Of(string folder, Catalog catalog, Func<bool> mayGrow) => new(null, Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), catalog, mayGrow);

    /// <summary>The recording's name, the same in every tier.</summary>
    public string Name => Path.GetFileName(_folder);

    /// <summary>When the recording began; null while that cannot be read.</summary>
    public EventTime? Started => RecordingInfo.TryRead(_folder, out var info) is null && info.Started != default ? info.Started : null;

    /// <summary>What the numbers of processes, spans and flows were in the recording.</summary>
    internal KnownIdentities Known { get; } = new();

    /// <summary>What a destination refuses of it.</summary>
    public RefusedBatches RefusedBy(string destination) => new(_spool, _folder, destination);

    /// <summary>What the events' handles refer to.</summary>
    public Catalog Catalog { get; }

    /// <summary>What could not be read, so far.</summary>
    public IReadOnlyList<SegmentDamage> Damages => _damages;

    /// <summary>What was captured and lost, by recorder and spool, and what its destination refused.</summary>
    public LedgerSummary Ledger => SpoolBook.Read(_folder, out _).AddTo(RecordingInfo.TryRead(_folder, out var info) is null ? info.Ledger : LedgerSummary.Empty, asShipped: true);

    /// <summary>Whether more events may come: somebody writes the recording.</summary>
    public bool MayGrow => _mayGrow();

    /// <summary>Copies events with consecutive ids, the first of them at this id or, when it is gone, the next that is there.</summary>
    /// <param name="from">The id of the first event wanted; a lower one than before goes back, as far as segments are still there.</param>
    /// <param name="into">Where they go; as many as there are and fit.</param>
    /// <param name="first">The id of the first event copied.</param>
    /// <returns>How many were copied; 0 when there are no more for now.</returns>
    public int Read(EventId from, Span<ScopeEvent> into, out EventId first)
    {
        if (from.Value < _next.Value) Close();
        first = from;
        var copied = 0;
        while (copied < into.Length)
        {
            if (_place == _count)
            {
                if (!NextFrame(from)) break;
                continue;
            }
            var id = _cursor.Ids[_place];
            if (id.Value < from.Value)
            {
                _place++;
                continue;
            }
            if (copied == 0) first = id;
            else if (id.Value != first.Value + copied) break;
            var run = Math.Min(_cursor.Ids.EndOfRun(_place, _count) - _place, into.Length - copied);
            _cursor.Events.Slice(_place, run).CopyTo(into[copied..]);
            (_place, copied) = (_place + run, copied + run);
        }
        _next = new(first.Value + copied);
        return copied;
    }

    /// <summary>Lets go of the segment that it reads, which then may go when the spool is full.</summary>
    public void Dispose() => Close();

    bool NextFrame(EventId from)
    {
        while (_path is not null || Open(from))
        {
            var step = _cursor.Next();
            (_place, _count) = (0, step == SegmentStep.Events ? _cursor.Events.Length : 0);
            if (step == SegmentStep.Events) return true;
            if (step != SegmentStep.Other && !MoveOn(step)) return false;
        }
        return false;
    }

    /// <summary>Goes on after the end of a segment or where it is damaged; false when it may still grow.</summary>
    bool MoveOn(SegmentStep step)
    {
        if (step is SegmentStep.End or SegmentStep.Torn && !_cursor.IsSealed && !_later)
        {
            _later = Later(_path!) is not null || !MayGrow;
            return _later; // Nobody writes it any more; but it may have grown since we looked, so once again.
        }
        if (step != SegmentStep.End) Note();
        return Later(_path!) is { } next && Switch(next);
    }

    /// <summary>Opens the first segment that may hold an event or a later one.</summary>
    bool Open(EventId from) =>
        RecordingFolder.Segments(_folder).FirstOrDefault(path => SpooledSegment.Of(path) is not { } known || known.Last.Value >= from.Value) is { } first && Switch(first);

    /// <summary>Opens a segment, or when that is none or gone, the next one that is there.</summary>
    bool Switch(string first)
    {
        for (var path = first; path is not null; path = Later(path))
        {
            _spool?.Reads(_path, path);
            (_path, _place, _count, _later) = (path, 0, 0, false);
            try
            {
                if (_cursor.TryOpen(path)) return Forget();
                if (Later(path) is null && MayGrow) break; // Its head is yet to come.
                Note();
            }
            catch (FileNotFoundException)
            {
                // The spool let it go.
            }
        }
        Close();
        return false;
    }

    /// <summary>What is not of this segment or of the one before is not asked for again.</summary>
    bool Forget()
    {
        Catalog.Spans.Forget(_idsBefore.Spans, static _ => false);
        Catalog.Flows.Forget(_idsBefore.Flows, static _ => false);
        (_idsBefore, _idsNow) = (_idsNow, (Catalog.Spans.LastId, Catalog.Flows.LastId));
        return true;
    }

    void Note()
    {
        var damage = _cursor.DamageOf(_path!);
        if (!_damages.Contains(damage)) _damages.Add(damage);
    }

    string? Later(string path) => RecordingFolder.Segments(_folder).FirstOrDefault(p => string.CompareOrdinal(p, path) > 0);

    void Close()
    {
        _spool?.Reads(_path, null);
        _cursor.Dispose();
        (_path, _place, _count, _later) = (null, 0, 0, false);
    }
}
