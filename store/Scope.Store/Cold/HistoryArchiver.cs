// Archives what any tier holds of a recording, from where the archive ends: what aged in the warm tier, when the folder that it
// was recorded into is long gone. A segment at a time is written to a scratch folder and archived like any other, so that a
// run that was broken off goes on with the next one, and the disk needs room for one.
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Cold;

/// <summary>Puts histories into an archive.</summary>
/// <param name="archive">The archive.</param>
/// <param name="scratch">A folder of its own, for one segment at a time.</param>
public sealed class HistoryArchiver(IArchive archive, string scratch)
{
    readonly ScopeEvent[] _events = new ScopeEvent[Limits.SegmentFrameEvents];
    readonly EventId[] _ids = new EventId[Limits.SegmentFrameEvents];

    /// <summary>Archives the events that the archive does not have yet.</summary>
    /// <param name="recording">The recording's name, as that of its folder.</param>
    /// <param name="history">What the tier holds of it.</param>
    /// <param name="tier">The tier's name, which the manifest tells: its segments are numbered in its way.</param>
    /// <param name="before">Only events before this instant.</param>
    public ArchiveOutcome Archive(string recording, IHistory history, string tier, EventTime before)
    {
        var (sent, kept) = (0L, 0L);
        var folder = Path.Combine(scratch, recording);
        try
        {
            var manifest = ArchiveManifest.Read(archive, recording);
            RecordingFolder.Make(folder);
            while (WriteSegment(folder, history, manifest, before))
            {
                Describe(folder, history, manifest);
                var outcome = new Archiver(archive).ArchivePart(folder, tier);
                (sent, kept) = (sent + outcome.SentBytes, kept + outcome.KeptBytes);
                if (outcome.Problem is not null) return outcome with { SentBytes = sent, KeptBytes = kept };
                manifest = outcome.Manifest;
                Directory.Delete(folder, recursive: true);
                RecordingFolder.Make(folder);
            }
            return new(recording, manifest, sent, kept, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(recording, null, sent, kept, $"{recording} is archived in part: {e.Message.TrimEnd('.')}. Run it again, and it goes on there");
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Writes the next segment; false when there is nothing more.</summary>
    bool WriteSegment(string folder, IHistory history, ArchiveManifest? manifest, EventTime before)
    {
        var number = 1 + (manifest is { Segments: [.., var last] } ? int.Parse(Path.GetFileNameWithoutExtension(last.Segment.Name), System.Globalization.CultureInfo.InvariantCulture) : 0);
        var from = manifest?.Segments.Select(s => s.LastEvent.Value + 1).DefaultIfEmpty(0).Max() ?? 0;
        using var writer = new SegmentFileWriter(history.Catalog);
        writer.Open(RecordingFolder.SegmentPath(folder, number), number);
        var filled = 0;
        history.Visit(new() { FromId = new(from), To = before, Limit = Limits.SegmentFullEvents }, (EventId id, in ScopeEvent e) =>
        {
            (_events[filled], _ids[filled]) = (e, id);
            if (++filled == _events.Length) Flush();
            return writer.Bytes < Limits.SegmentBytes;
        });
        Flush();
        if (writer.EventCount == 0)
        {
            writer.Abandon(sync: false);
            return false;
        }
        writer.Seal();
        return true;

        void Flush()
        {
            if (filled > 0) writer.Append(_events.AsSpan(0, filled), new EventIds(_ids.AsSpan(0, filled)));
            filled = 0;
        }
    }

    static void Describe(string folder, IHistory history, ArchiveManifest? manifest)
    {
        var index = SegmentIndexing.Beside(RecordingFolder.Segments(folder)[0])!;
        new RecordingInfo
        {
            Started = manifest is { Events: > 0 } ? manifest.From : index.Earliest,
            Ended = index.Latest,
            CleanEnd = true,
            Targets = history.Catalog.Targets.All,
            Ledger = history.Ledger,
            Events = (manifest?.Events ?? 0) + index.EventCount,
            Segments = (manifest?.Segments.Count ?? 0) + 1,
        }.Write(folder);
    }
}
