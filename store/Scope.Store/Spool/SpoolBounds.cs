// Brings a spool back within its limits. In steps:
//  1. What is older than the age allowed goes; what was not shipped of it is lost.
//  2. While there are more bytes than allowed: segments that every destination has, the oldest first; then what is left of
//     recordings that have ended and have no segment any more.
//  3. Still: of the oldest unshipped segments the samples, then the spans; then whole segments, in which only errors are left.
// Writing segments anew takes time, in which nobody else has a turn: after some seconds it goes on the next time. Only where
// events come faster than that, so that there is a quarter too much, whole segments go at once: the bound goes before the order.
// The segment that is being written and one that a shipper reads right now stay as they are. Every loss is in the books.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Spool;

/// <summary>What went from a spool to keep it within its limits.</summary>
/// <param name="ShippedAway">Events that every destination has.</param>
/// <param name="Lost">Events that are lost, by what they were.</param>
/// <param name="Bytes">Bytes that it holds now.</param>
/// <param name="IsWithin">Whether that is within the limit; not when what is being written alone is more.</param>
public sealed record SpoolCut(long ShippedAway, IReadOnlyDictionary<string, long> Lost, long Bytes, bool IsWithin);

/// <summary>Applies the limits of a spool once.</summary>
sealed class SpoolBounds
{
    /// <summary>Why events go, in the words of the books.</summary>
    internal const string Samples = "samples", Spans = "spans", Errors = "errors", Unsorted = "whole segments", TooOld = "too old", Shipped = "shipped";

    const int TurnMillis = 3000;

    readonly SpoolFolder _spool;
    readonly long _turnEnds;
    readonly EventTime _now;
    readonly List<(SpooledRecording Recording, SpooledSegment Segment)> _segments;
    readonly Dictionary<string, SpoolBook> _books = [];
    readonly Dictionary<string, long> _lost = [];
    long _bytes, _shippedAway;

    public SpoolBounds(SpoolFolder spool, EventTime now, int turnMillis = TurnMillis)
    {
        (_spool, _now, _turnEnds) = (spool, now, Environment.TickCount64 + turnMillis);
        var recordings = spool.Recordings();
        _bytes = recordings.Sum(r => r.Bytes);
        _segments = [.. recordings.SelectMany(r => r.Segments.Select(s => (r, s))).OrderBy(s => s.s.Latest)];
        foreach (var recording in recordings) _books[recording.Folder] = recording.Book;
    }

    bool IsFull => _bytes > _spool.Limits.Bytes;

    bool MayThin => IsFull && Environment.TickCount64 < _turnEnds;

    public SpoolCut Apply()
    {
        if (_spool.Limits.AgeNanos != long.MaxValue) Each(s => s.Segment.Latest < _now - _spool.Limits.AgeNanos, s => Remove(s, TooOld));
        Each(s => IsFull && IsShipped(s), s => Remove(s, Shipped));
        RemoveEmpty();
        Each(s => MayThin && LeastOf(s) < EventWorth.Span, s => Thin(s, EventWorth.Span, Samples));
        Each(s => MayThin && LeastOf(s) < EventWorth.Error, s => Thin(s, EventWorth.Error, Spans));
        var isHasty = Environment.TickCount64 >= _turnEnds;
        if (!isHasty || _bytes / 5 * 4 > _spool.Limits.Bytes) Each(_ => IsFull, s => Remove(s, LeastOf(s) == EventWorth.Error ? Errors : Unsorted));
        RemoveEmpty();
        if (_lost.Count > 0) SpoolTotals.Add(_spool.Path, _lost);
        return new(_shippedAway, _lost, _bytes, !IsFull);
    }

    void Each(Func<(SpooledRecording Recording, SpooledSegment Segment), bool> which, Action<(SpooledRecording Recording, SpooledSegment Segment)> work)
    {
        foreach (var segment in _segments.ToList())
            if (!_spool.IsBeingRead(segment.Segment.Path) && which(segment)) work(segment);
    }

    bool IsShipped((SpooledRecording Recording, SpooledSegment Segment) of) => _books[of.Recording.Folder].ShippedTo(_spool.Destinations).Value > of.Segment.Last.Value;

    EventWorth LeastOf((SpooledRecording Recording, SpooledSegment Segment) of) => _books[of.Recording.Folder].Thinned.GetValueOrDefault(of.Segment.Number);

    /// <summary>Removes a segment. The book comes after: what is gone and in no book is found as missing by whoever reads, what is in it twice would stay.</summary>
    void Remove((SpooledRecording Recording, SpooledSegment Segment) of, string part)
    {
        var (recording, segment) = of;
        var lost = segment.EventsFrom(_books[recording.Folder].ShippedTo(_spool.Destinations));
        File.Delete(Path.ChangeExtension(segment.Path, ".idx"));
        File.Delete(segment.Path);
        var book = _books[recording.Folder].WithoutSegment(segment.Number);
        book = book with { ShippedAway = book.ShippedAway + segment.Events - lost };
        if (lost > 0) book = book.WithLoss(part, segment.Earliest, segment.Latest, lost);
        Keep(recording, book);
        Count(part, lost);
        _shippedAway += segment.Events - lost;
        _bytes -= segment.Bytes;
        _segments.Remove(of);
    }

    /// <summary>Writes a segment anew without the events that are worth less.</summary>
    void Thin((SpooledRecording Recording, SpooledSegment Segment) of, EventWorth least, string part)
    {
        var (recording, segment) = of;
        var shipped = _books[recording.Folder].ShippedTo(_spool.Destinations);
        long lost = 0, away = 0;
        EventTime from = EventTime.Max, to = EventTime.Min;
        var made = SegmentRewrite.Run(segment.Path, (EventId id, in ScopeEvent e) =>
        {
            if (id.Value < shipped.Value) away++;
            else if (EventWorths.Of(e) >= least) return true;
            else
            {
                lost++;
                if (e.Time < from) from = e.Time;
                if (e.Time > to) to = e.Time;
            }
            return false;
        });
        var book = _books[recording.Folder];
        book = made.Index is null ? book.WithoutSegment(segment.Number) : book.WithThinned(segment.Number, least);
        book = book with { ShippedAway = book.ShippedAway + away };
        if (lost > 0) book = book.WithLoss(part, from, to, lost);
        Keep(recording, book);
        Count(part, lost);
        _shippedAway += away;
        _segments.Remove(of);
        var now = made.Index is null ? null : SpooledSegment.Of(segment.Path);
        _bytes += (now?.Bytes ?? 0) - segment.Bytes;
        if (now is not null) _segments.Add((recording, now));
        _segments.Sort((a, b) => a.Segment.Latest.CompareTo(b.Segment.Latest));
    }

    /// <summary>Removes what is left of recordings that have ended and have no segment any more, when their bytes are wanted or they are too old.</summary>
    void RemoveEmpty()
    {
        foreach (var recording in _spool.Recordings())
        {
            if (recording.IsBeingWritten || recording.Segments.Count + recording.Unsealed.Count > 0) continue;
            var touched = EventTime.From(Directory.GetLastWriteTimeUtc(recording.Folder));
            var isOld = _spool.Limits.AgeNanos != long.MaxValue && touched < _now - _spool.Limits.AgeNanos;
            if (!IsFull && !isOld) continue;
            Directory.Delete(recording.Folder, recursive: true);
            _bytes -= recording.Bytes;
        }
    }

    void Keep(SpooledRecording recording, SpoolBook book)
    {
        book.Write(recording.Folder);
        _books[recording.Folder] = book;
    }

    void Count(string part, long events)
    {
        if (events > 0) _lost[part] = _lost.GetValueOrDefault(part) + events;
    }
}
