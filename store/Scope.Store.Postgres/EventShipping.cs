// How events go into the database. Enough of them for a batch go as one, packed here: an eighth of the bytes over the wire and
// through the server's log, and nobody has to pack them again; two at a time, as packing takes longer than what the server has to do. What is too little for a batch, which is all that comes while
// a service is watched live, goes as rows, which plain SQL reads, and is packed when its hour is over.
using Npgsql;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Postgres;

/// <summary>Some consecutive events of a recording on their way.</summary>
sealed class EventShipping
{
    ScopeEvent[] _events = []; // Room for a block from the first reading on: who never lags reads nothing ahead.
    readonly List<(int Start, bool IsBatch)> _parts = [];
    readonly List<BatchRow> _batches = [];
    IBatchPacking? _packing;

    /// <summary>Which event was asked for.</summary>
    public EventId From { get; private set; }

    /// <summary>The id of the first; the others count up from it by one.</summary>
    public EventId First { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there may be more at once.</summary>
    public bool IsFull => Count == Limits.BlockEvents;

    /// <summary>The events; good until others are read.</summary>
    public ReadOnlySpan<ScopeEvent> Events => _events.AsSpan(0, Count);

    /// <summary>Reads events, in the place of those before.</summary>
    public void Read(EventFeed feed, EventId from)
    {
        Clear();
        if (_events.Length == 0) _events = new ScopeEvent[Limits.BlockEvents];
        var count = feed(from, _events, out var first);
        (From, First, Count) = (from, first, count);
    }

    /// <summary>Forgets the events.</summary>
    public void Clear()
    {
        Count = 0;
        _parts.Clear();
        _batches.Clear();
        Hours.Clear();
        BatchHours.Clear();
    }

    /// <summary>Divides the events into what goes as rows and what as batches, and packs these; what is done already is not done again.</summary>
    /// <param name="packing">How batches are kept; null where the database takes none.</param>
    public void Pack(IBatchPacking? packing)
    {
        if (_parts.Count > 0) return;
        _packing = packing;
        for (var i = 0; i < Count; i += Limits.SegmentFrameEvents) Divide(Part(i).Span, i, packing is not null);
        if (packing is null) return;
        var most = packing.MostEvents;
        int[] starts = [.. _parts.Where(p => p.IsBatch).SelectMany(p => Enumerable.Range(0, Limits.SegmentFrameEvents / most), (p, i) => p.Start + i * most)];
        var batches = new BatchRow[starts.Length];
        Parallel.For(0, starts.Length, new() { MaxDegreeOfParallelism = PackedAtOnce }, i => batches[i] = BatchRow.Of(new(First.Value + starts[i]), _events.AsSpan(starts[i], most), packing));
        _batches.AddRange(batches);
    }

    const int PackedAtOnce = 2;

    /// <summary>The hours of all events.</summary>
    public HashSet<Hour> Hours { get; } = [];

    /// <summary>Those of them that batches are for.</summary>
    public HashSet<Hour> BatchHours { get; } = [];

    /// <summary>Writes what was divided, in the connection's transaction.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, int recording, CancellationToken cancellation)
    {
        foreach (var (start, _) in _parts.Where(p => !p.IsBatch)) await EventRows.WriteAsync(connection, recording, new(First.Value + start), Part(start), cancellation);
        if (_batches.Count == 0) return;
        await using var rows = await connection.BeginBinaryImportAsync($"copy scope.batch ({BatchRow.Columns(_packing!)}) from stdin (format binary)", cancellation);
        foreach (var batch in _batches) await batch.CopyAsync(rows, recording, cancellation);
        await rows.CompleteAsync(cancellation);
    }

    ReadOnlyMemory<ScopeEvent> Part(int start) => _events.AsMemory(start, Math.Min(Limits.SegmentFrameEvents, Count - start));

    // A batch is of one hour, so that it goes with it.
    void Divide(ReadOnlySpan<ScopeEvent> part, int start, bool asBatches)
    {
        var hours = new HashSet<Hour>();
        var last = new Hour(long.MinValue);
        foreach (ref readonly var e in part)
            if (Hour.Of(e.Time) is var hour && hour != last) hours.Add(last = hour);
        var isBatch = asBatches && part.Length == Limits.SegmentFrameEvents && hours.Count == 1;
        Hours.UnionWith(hours);
        if (isBatch) BatchHours.UnionWith(hours);
        _parts.Add((start, isBatch));
    }
}
