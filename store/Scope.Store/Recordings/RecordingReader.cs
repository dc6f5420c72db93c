// Opens a recording, also one whose writer was killed, whose files are torn or whose recording.json is missing: what can
// be read is read, and what is missing is told and counted.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Segments;
using Scope.Store.Spool;

namespace Scope.Store.Recordings;

/// <summary>Opens recordings.</summary>
public static class RecordingReader
{
    /// <summary>Opens a recording's folder; gives null and says what is wrong when it holds none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="problem">Why not, and what to do.</param>
    /// <param name="maxEvents">How many events are held at most; of a longer recording, the newest.</param>
    /// <param name="window">The part that is wanted: segments that hold nothing of it are not read. All of it when null.</param>
    public static Recording? TryOpen(string folder, out string? problem, long maxEvents = Limits.RecordingEvents, RecordingWindow? window = null)
    {
        problem = null;
        try
        {
            if (!Directory.Exists(folder))
            {
                problem = File.Exists(folder) ? $"{folder} is a file; a recording is a folder" : $"{folder}: there is no such folder";
                return null;
            }
            var segments = RecordingFolder.Segments(folder);
            var mistake = RecordingInfo.TryRead(folder, out var info);
            if (segments.Count == 0 && mistake is not null)
            {
                problem = $"{folder} holds no recording: no segment (*.seg), and {mistake}";
                return null;
            }
            return new Opening(folder, info, mistake, maxEvents).Open(segments, window ?? RecordingWindow.All);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{folder}: {e.Message}";
            return null;
        }
    }

    /// <summary>Opens a recording's folder; throws with the reason when it holds none.</summary>
    public static Recording Open(string folder) => TryOpen(folder, out var problem) ?? throw new IOException(problem);

    /// <summary>One recording while it is being opened.</summary>
    sealed class Opening(string folder, RecordingInfo told, string? mistake, long maxEvents)
    {
        readonly Catalog _catalog = new();
        readonly Ledger _unused = new(); // What the index would count is counted here already.
        readonly RecordedIds _ids = new();
        readonly List<SegmentDamage> _damages = [];
        readonly List<string> _notes = [];
        readonly List<(EventId First, long Count)> _skipped = [];
        readonly SpoolBook _spooled = SpoolBook.Read(folder, out _);
        bool _outOfOrder;
        int _read;

        public Recording Open(IReadOnlyList<string> segments, RecordingWindow window)
        {
            var extent = window == RecordingWindow.All ? null : RecordingExtent.Of(folder);
            var events = new HotIndex(_catalog, _unused, new() { Events = maxEvents, Bytes = long.MaxValue });
            var reader = new SegmentFileReader(_catalog);
            var whole = true;
            foreach (var path in segments)
            {
                if (extent?.Outside(path, window) is { } outside)
                {
                    _skipped.Add(outside);
                    continue;
                }
                _read++;
                _outOfOrder = false;
                var damage = reader.Read(path, (first, rows) => Add(events, first, rows));
                if (_outOfOrder) damage = new(path, 0, "its events have ids that earlier segments have already", new FileInfo(path).Length);
                if (damage is not null) _damages.Add(damage);
                whole &= reader.WasSealed;
            }
            if (RestoredMark.Read(folder) is { } mark) LeaveInArchive(mark);
            Note(events, whole);
            var snapshots = SnapshotFile.ReadAll(folder, _notes);
            return new(folder, Info(events), events, _ids, Account(events), _damages, snapshots, _notes) { SegmentsRead = _read, Skipped = _skipped.Sum(skipped => skipped.Count) };
        }

        void Add(HotIndex events, EventId first, ReadOnlySpan<ScopeEvent> rows)
        {
            if (_outOfOrder || (_outOfOrder = !_ids.TryAdd(first, rows.Length))) return;
            foreach (ref readonly var row in rows) events.Append(row);
        }

        /// <summary>What was restored in part has the sidecars of all segments: what those tell of that is not here is elsewhere, and not lost.</summary>
        void LeaveInArchive(RestoredMark mark)
        {
            var elsewhere = Directory.EnumerateFiles(folder, "*.idx").Where(path => !File.Exists(Path.ChangeExtension(path, ".seg"))).Select(SegmentIndexing.Beside).OfType<SegmentIndex>().Where(index => index.Frames.Count > 0).ToList();
            if (elsewhere.Count == 0) return;
            _skipped.AddRange(elsewhere.Select(index => (index.Frames[0].First, index.EventCount)));
            _notes.Add($"{elsewhere.Sum(index => index.EventCount)} events of it, from {elsewhere.Min(index => index.Earliest)} to {elsewhere.Max(index => index.Latest)}, were left in {mark.Archive}; scope-attach store restore brings them");
        }

        void Note(HotIndex events, bool whole)
        {
            if (mistake is not null) _notes.Add(mistake);
            _notes.AddRange(told.Notes);
            if (!told.CleanEnd && _skipped.Count == 0) _notes.Add(events.Count == 0
                ? "the recording was broken off before anything was written: its writer was killed, or has just begun"
                : $"the recording was broken off at {events.Last}: its writer was killed or is still writing; all that was on the disk by then is here");
            else if (!whole) _notes.Add("a segment was not ended in order, though the recording was");
            if (_spooled.ShippedAway > 0) _notes.Add($"{_spooled.ShippedAway} events are no longer here, as they were shipped to {string.Join(" and ", _spooled.Shipped.Keys.Order())}");
            _notes.AddRange(_damages.Select(d => d.ToString()));
            if (_ids.Next - _ids.Missing > events.Count) _notes.Add($"the recording holds {_ids.Next - _ids.Missing} events, of which the newest {events.Count} were loaded");
        }

        RecordingInfo Info(HotIndex events)
        {
            var info = told.Targets.Count == 0 ? told with { Targets = _catalog.Targets.All } : told;
            if (mistake is not null) info = info with { Started = events.First };
            return info.CleanEnd || events.Count == 0 ? info : info with { Ended = events.Last };
        }

        /// <summary>The recording's ledger, with what went missing after it was last written.</summary>
        LedgerSummary Account(HotIndex events)
        {
            var ledger = _spooled.AddTo(told.Ledger);
            var held = _ids.Next - _ids.Missing;
            var counted = ledger.Losses.Where(l => l.Source is LossSource.Disk or LossSource.Spool && l.Part != SpoolBook.TornTail).Sum(l => l.Count);
            var skipped = _skipped.Where(skip => skip.First.Value < _ids.Next).Sum(skip => skip.Count);
            var lost = told.IsExcerpt ? 0 : Math.Max(0, _ids.Missing - skipped - counted - _spooled.ShippedAway);
            if (lost > 0)
                ledger = ledger with
                {
                    Lost = ledger.Lost + lost,
                    Losses = [.. ledger.Losses, new(LossSource.Disk, "missing frames", events.First, events.Last, lost)],
                };
            foreach (var torn in _damages.Where(d => d.EventsCut > 0 && d.FirstCut.Value >= _ids.Next))
            {
                ledger = ledger with { Lost = ledger.Lost + torn.EventsCut, Losses = [.. ledger.Losses, new(LossSource.Disk, SpoolBook.TornTail, events.Last, events.Last, torn.EventsCut)] };
                lost += torn.EventsCut;
            }
            if (ledger.Captured >= held + lost) return ledger;
            return ledger with { Captured = held, BySource = [.. ledger.BySource, new("written after the ledger", held - Math.Min(held, ledger.Captured))] };
        }
    }
}
