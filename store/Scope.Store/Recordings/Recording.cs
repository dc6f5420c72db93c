// A recording that was opened: the history that it holds, to be asked like the live one, with the ids that its events had
// when they were recorded, so that the evidence in findings.json leads to the same events.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Hot;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>A reopened recording.</summary>
public sealed class Recording : IHistory
{
    readonly HotIndex _events;
    readonly RecordedIds _ids;

    internal Recording(string folder, RecordingInfo info, HotIndex events, RecordedIds ids, LedgerSummary ledger, IReadOnlyList<SegmentDamage> damages, IReadOnlyList<Snapshot> snapshots, IReadOnlyList<string> notes)
    {
        (Folder, Info, _events, _ids, Ledger, Damages, Snapshots, Notes) = (folder, info, events, ids, ledger, damages, snapshots, notes);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>What recording.json says; where that is missing or broken, what the events tell.</summary>
    public RecordingInfo Info { get; }

    /// <summary>Whether its writer ended it in order. When not, it was killed or is still writing.</summary>
    public bool IsWhole => Info.CleanEnd && Damages.Count == 0;

    /// <summary>Files that could not be read to their ends.</summary>
    public IReadOnlyList<SegmentDamage> Damages { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Snapshot> Snapshots { get; }

    /// <summary>What a reader should know: broken off, damaged, not all loaded. Empty when all is well.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>How many segments were read.</summary>
    public int SegmentsRead { get; internal init; }

    /// <summary>How many events are in segments that were not read, since they hold nothing of the window asked for.</summary>
    public long Skipped { get; internal init; }

    /// <inheritdoc/>
    public Catalog Catalog => _events.Catalog;

    /// <inheritdoc/>
    public LedgerSummary Ledger { get; }

    /// <inheritdoc/>
    public long Count => _events.Count;

    /// <inheritdoc/>
    public EventTime First => _events.First;

    /// <inheritdoc/>
    public EventTime Last => _events.Last;

    /// <inheritdoc/>
    public QueryWay WayOf(EventQuery query) => _events.WayOf(AtPositions(query));

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        if (_ids.AreDense) _events.Visit(query, visitor);
        else _events.Visit(AtPositions(query), (EventId position, in ScopeEvent e) => visitor(_ids.IdAt(position.Value), e));
    }

    EventQuery AtPositions(EventQuery query) => _ids.AreDense ? query : query with { FromId = new(_ids.RunFrom(query.FromId).Position), ToId = new(_ids.RunFrom(query.ToId).Position) };

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        return _ids.PositionOf(id) is >= 0 and var position && _events.TryGet(new(position), out e);
    }

    /// <summary>Copies events with consecutive ids, from one on or, when it is missing, from the next that is there; see <see cref="EventFeed"/>.</summary>
    public int Read(EventId from, Span<ScopeEvent> into, out EventId first)
    {
        var (position, count) = _ids.RunFrom(from);
        first = count == 0 ? from : _ids.IdAt(position);
        var got = _events.Read(new(position), into[..(int)Math.Min(into.Length, count)], out var read);
        if (read.Value != position && got > 0) first = _ids.IdAt(read.Value);
        return got;
    }
}

/// <summary>The ids of recorded events by their position among those that could be read; they part where something is missing.</summary>
sealed class RecordedIds
{
    readonly List<(long Position, long Id)> _runs = [];
    long _count;

    /// <summary>Whether ids and positions are the same.</summary>
    public bool AreDense => _runs.Count == 0 || (_runs.Count == 1 && _runs[0].Id == _runs[0].Position);

    /// <summary>The id after the last; 0 when there is none.</summary>
    public long Next { get; private set; }

    /// <summary>How many ids before the last one are missing.</summary>
    public long Missing => Next - _count;

    /// <summary>Adds events; false when their ids do not come after those before.</summary>
    public bool TryAdd(EventId first, int count)
    {
        if (first.Value < Next) return false;
        if (_runs.Count == 0 || first.Value != Next) _runs.Add((_count, first.Value));
        _count += count;
        Next = first.Value + count;
        return true;
    }

    /// <summary>The id at a position.</summary>
    public EventId IdAt(long position)
    {
        var run = _runs[RunOf(position, static r => r.Position)];
        return new(run.Id + (position - run.Position));
    }

    /// <summary>The position of an id, or -1 when it is missing.</summary>
    public long PositionOf(EventId id)
    {
        if (id.Value < 0 || id.Value >= Next) return -1;
        var i = RunOf(id.Value, static r => r.Id);
        if (i < 0) return -1;
        var position = _runs[i].Position + (id.Value - _runs[i].Id);
        return position < EndOf(i) ? position : -1;
    }

    /// <summary>The position of the first id that is not before one, and how many ids are consecutive from there on.</summary>
    public (long Position, long Count) RunFrom(EventId id)
    {
        if (id.Value >= Next) return (_count, 0);
        var i = Math.Max(0, RunOf(id.Value, static r => r.Id));
        if (EndOf(i) - _runs[i].Position + _runs[i].Id <= id.Value) i++;
        var position = _runs[i].Position + Math.Max(0, id.Value - _runs[i].Id);
        return (position, EndOf(i) - position);
    }

    long EndOf(int run) => run + 1 < _runs.Count ? _runs[run + 1].Position : _count;

    /// <summary>The last run that does not begin after a value.</summary>
    int RunOf(long value, Func<(long Position, long Id), long> start)
    {
        int low = 0, high = _runs.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (start(_runs[middle]) <= value) low = middle + 1; else high = middle;
        }
        return low - 1;
    }
}
