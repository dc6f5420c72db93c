// An archived recording, asked where it lies.
//
// How it works
//  1. The manifest tells the time of each segment, its sidecar index the kinds, flows and methods: what cannot hold an
//     answer is not fetched, and what an answer would cost is known before anything is.
//  2. A segment that is needed is fetched whole, compared with its hash and decoded. Segments come in any order, so what
//     has no identity of its own is remembered by its id in the recording, and gets the same handle each time.
//  3. The newest few stay in memory, within a bound; who asks often restores the recording to a disk instead.
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Cold;

/// <summary>What has to be fetched, or was.</summary>
/// <param name="Objects">How many segments.</param>
/// <param name="Bytes">How many bytes they have.</param>
public readonly record struct ColdCost(int Objects, long Bytes);

/// <summary>A recording in an archive. Asking fetches what the answer needs, and throws an <see cref="IOException"/> that says what failed when that cannot be had.</summary>
public sealed class ColdHistory : IHistory
{
    readonly IArchive _archive;
    readonly long _heldEvents;
    readonly Lock _lock = new();
    readonly SegmentFileReader _reader;
    readonly Dictionary<string, SegmentIndex> _indexes = [];
    readonly LinkedList<(ArchivedSegment Name, ColdSegment Segment)> _held = []; // The one that was used last stands last.
    readonly Lazy<LedgerSummary> _ledger;
    readonly Lazy<IReadOnlyList<Snapshot>> _snapshots;

    /// <param name="archive">The archive.</param>
    /// <param name="manifest">What it holds of the recording.</param>
    public ColdHistory(IArchive archive, ArchiveManifest manifest) : this(archive, manifest, Limits.ColdEvents) { }

    /// <summary>With another bound, so that tests come to it.</summary>
    internal ColdHistory(IArchive archive, ArchiveManifest manifest, long heldEvents)
    {
        (_archive, Manifest, _heldEvents) = (archive, manifest, heldEvents);
        _reader = new(Catalog, new(anyOrder: true));
        (_ledger, _snapshots) = (new(ReadLedger), new(ReadSnapshots));
    }

    /// <summary>What the archive holds of the recording.</summary>
    public ArchiveManifest Manifest { get; }

    /// <summary>The dictionaries of what was fetched so far.</summary>
    public Catalog Catalog { get; } = new();

    /// <inheritdoc/>
    public LedgerSummary Ledger => _ledger.Value;

    /// <summary>The snapshots, fetched when they are asked for; what cannot be read is left out.</summary>
    public IReadOnlyList<Snapshot> Snapshots => _snapshots.Value;

    /// <inheritdoc/>
    public long Count => Manifest.Events;

    /// <inheritdoc/>
    public EventTime First => Manifest.From;

    /// <inheritdoc/>
    public EventTime Last => Manifest.To;

    /// <summary>The id of the oldest event in the archive; past all ids when there is none.</summary>
    public EventId FirstId => Manifest.Segments.FirstOrDefault(s => s.Events > 0)?.FirstEvent ?? new(long.MaxValue);

    /// <summary>One past the id of the newest event in the archive; 0 when there is none.</summary>
    public EventId NextId => new((Manifest.Segments.LastOrDefault(s => s.Events > 0)?.LastEvent.Value ?? -1) + 1);

    /// <summary>What was fetched so far, sidecar indexes apart.</summary>
    public ColdCost Fetched { get; private set; }

    /// <summary>What would be fetched to answer a query now.</summary>
    /// <param name="query">The query; its handles are those of what was fetched already.</param>
    /// <param name="trace">A trace id that it is about too, where no handle is known yet; 0 for none.</param>
    /// <param name="method">A method's full name that it is about too, where no handle is known yet; null for none.</param>
    public ColdCost CostOf(EventQuery query, UInt128 trace = default, string? method = null)
    {
        var missing = Wanted(query, trace, method).Where(s => !IsHeld(s)).ToList();
        return new(missing.Count, missing.Sum(s => s.Segment.Bytes));
    }

    /// <inheritdoc/>
    public QueryWay WayOf(EventQuery query)
    {
        var (wanted, cost) = (Wanted(query, default, null), CostOf(query));
        return new($"{wanted.Count} of {Manifest.Segments.Count} segments by their indexes, {cost.Objects} to fetch ({cost.Bytes / 1e6:0.#} MB)", wanted.Sum(s => s.Events));
    }

    /// <summary>Fetches what a query needs, so that its names get handles and it can be asked for by them. As <see cref="CostOf"/>.</summary>
    public void Fetch(EventQuery query, UInt128 trace = default, string? method = null)
    {
        foreach (var name in Wanted(query, trace, method)) Fetch(name);
    }

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        if (query.Limit <= 0) return;
        var left = query.Limit;
        var wanted = Wanted(query);
        foreach (var name in query.Order == EventOrder.OldestFirst ? wanted : wanted.Reverse())
        {
            var segment = Fetch(name);
            if (!segment.Visit(query, new(query, Catalog), ref left, visitor)) return;
        }
    }

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        return Manifest.Segments.LastOrDefault(s => s.Events > 0 && s.FirstEvent.Value <= id.Value) is { } name && IndexOf(name).MayHold(id) && Fetch(name).TryGet(id, out e);
    }

    IReadOnlyList<ArchivedSegment> Wanted(EventQuery query, UInt128 trace = default, string? method = null)
    {
        var inTime = Manifest.Segments.Where(s => s.Events > 0 && s.From < query.To && s.To >= query.From && s.FirstEvent.Value < query.ToId.Value && s.LastEvent.Value >= query.FromId.Value);
        var sought = Sought.Of(query, Catalog, trace, method);
        return [.. sought.IsAnything ? inTime : inTime.Where(s => sought.MayBeIn(IndexOf(s)))];
    }

    bool IsHeld(ArchivedSegment name)
    {
        lock (_lock) return _held.Any(h => h.Name == name);
    }

    ColdSegment Fetch(ArchivedSegment name)
    {
        lock (_lock)
        {
            for (var node = _held.Last; node is not null; node = node.Previous)
            {
                if (node.Value.Name != name) continue;
                _held.Remove(node);
                _held.AddLast(node);
                return node.Value.Segment;
            }
            var segment = Decode(name, Read(name.Segment));
            Fetched = new(Fetched.Objects + 1, Fetched.Bytes + name.Segment.Bytes);
            _held.AddLast((name, segment));
            while (_held.Count > 1 && _held.Sum(h => h.Name.Events) > _heldEvents) _held.RemoveFirst();
            return segment;
        }
    }

    ColdSegment Decode(ArchivedSegment name, byte[] bytes)
    {
        var frames = new List<(EventId, ScopeEvent[])>();
        // A segment that was torn when it was archived is damaged at its end; its events before that are good.
        _reader.Read(new MemoryStream(bytes), name.Segment.Name, (first, events) => frames.Add((first, events.ToArray())));
        return new(frames);
    }

    SegmentIndex IndexOf(ArchivedSegment name)
    {
        lock (_lock)
        {
            if (_indexes.TryGetValue(name.Index.Name, out var index)) return index;
            if (SegmentIndex.Read(Read(name.Index), out index) is { } mistake) throw new IOException($"{_archive.Place}/{Manifest.KeyOf(name.Index)}: {mistake}");
            return _indexes[name.Index.Name] = index;
        }
    }

    byte[] Read(ArchivedFile file)
    {
        using var content = _archive.Open(Manifest.KeyOf(file));
        return Hashed.TryReadAll(content, file.Bytes, out var bytes) && bytes.Length == file.Bytes && Hashed.Of(bytes) == file.Sha256 ? bytes
            : throw new IOException($"{_archive.Place}/{Manifest.KeyOf(file)} is not what was archived: it was changed or is damaged, and what it held cannot be asked");
    }

    LedgerSummary ReadLedger() =>
        Manifest.Files.FirstOrDefault(f => f.Name == RecordingFolder.InfoFile) is { } file && RecordingInfo.TryRead(new MemoryStream(Read(file)), Manifest.KeyOf(file), out var info) is null ? info.Ledger : LedgerSummary.Empty;

    IReadOnlyList<Snapshot> ReadSnapshots() =>
        [.. Manifest.Files.Where(f => f.Name.StartsWith(SnapshotFile.Folder + "/", StringComparison.Ordinal)).TakeLast(Limits.SnapshotsRead)
            .Select(file => SnapshotFile.TryRead(new MemoryStream(Read(file)), Manifest.KeyOf(file), out _)).OfType<Snapshot>().OrderBy(s => s.Number)];
}
