// Cuts some time out of a history into a recording of its own, whose events keep their ids: what links and findings say of them
// holds there too.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>Writes excerpts.</summary>
public static class RecordingExcerpt
{
    /// <summary>Writes the events between two instants into a folder; gives how many there were.</summary>
    /// <param name="history">The history; may grow.</param>
    /// <param name="from">Not before this instant.</param>
    /// <param name="to">Before this instant.</param>
    /// <param name="folder">The folder, which is there.</param>
    /// <param name="info">What is known of the recording beside what its events tell.</param>
    /// <exception cref="IOException">The disk refused; what is in the folder is of no use.</exception>
    public static long Write(IHistory history, EventTime from, EventTime to, string folder, RecordingInfo info)
    {
        var (events, segments, next) = (0L, 0, default(EventId));
        while (WriteSegment(history, new() { From = from, To = to, FromId = next, Limit = Limits.SegmentFullEvents }, folder, segments + 1, ref next) is > 0 and var written)
        {
            events += written;
            segments++;
        }
        if (events == 0) return 0;
        foreach (var snapshot in history.Snapshots)
            if (history.TryGet(history.EventOf(snapshot), out var told) && told.Time >= from && told.Time < to) SnapshotFile.Write(folder, snapshot);
        (info with
        {
            Started = from > history.First ? from : history.First, Ended = to < history.Last ? to : history.Last, CleanEnd = true, IsExcerpt = true,
            Targets = history.Catalog.Targets.All, Ledger = Within(history.Ledger, from, to, events), Events = events, Segments = segments,
        }).Write(folder);
        return events;
    }

    static long WriteSegment(IHistory history, EventQuery query, string folder, int number, ref EventId next)
    {
        using var writer = new SegmentFileWriter(history.Catalog);
        writer.Open(RecordingFolder.SegmentPath(folder, number), number);
        var events = new ScopeEvent[Limits.SegmentFrameEvents];
        var ids = new EventId[Limits.SegmentFrameEvents];
        var (filled, last) = (0, next);
        history.Visit(query, (EventId id, in ScopeEvent e) =>
        {
            (events[filled], ids[filled]) = (e, id);
            last = new(id.Value + 1);
            if (++filled == events.Length) Flush();
            return writer.Bytes < Limits.SegmentBytes;
        });
        Flush();
        next = last;
        var written = writer.EventCount;
        if (written > 0)
        {
            writer.Seal();
            return written;
        }
        writer.Abandon(sync: false);
        File.Delete(writer.Path);
        return 0;

        void Flush()
        {
            if (filled > 0) writer.Append(events.AsSpan(0, filled), new EventIds(ids.AsSpan(0, filled)));
            filled = 0;
        }
    }

    // What of the account belongs to that time; losses that reach beyond it may have happened in it.
    static LedgerSummary Within(LedgerSummary ledger, EventTime from, EventTime to, long events)
    {
        var losses = ledger.Losses.Where(l => l.To >= from && l.From < to).ToList();
        return new(events, losses.Where(l => Ledger.CountsEvents(l.Source)).Sum(l => l.Count), [new("excerpt", events)], losses);
    }
}
