// Cuts some time out of a history into a recording of its own, whose events keep their ids: what links and findings say of them
// holds there too. Those of several recordings, whose ids lie far apart and come mixed, are numbered anew, and links with them.
using Scope.Events;

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
        var writing = new ExcerptWriting(history, folder);
        history.Visit(new() { From = from, To = to }, writing.Take);
        var (events, segments) = writing.End();
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

    // What of the account belongs to that time; losses that reach beyond it may have happened in it.
    static LedgerSummary Within(LedgerSummary ledger, EventTime from, EventTime to, long events)
    {
        var losses = ledger.Losses.Where(l => l.To >= from && l.From < to).ToList();
        return new(events, losses.Where(l => Ledger.CountsEvents(l.Source)).Sum(l => l.Count), [new("excerpt", events)], losses);
    }
}
