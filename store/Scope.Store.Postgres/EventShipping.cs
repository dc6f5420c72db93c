// How events go into the database. Enough of them for a batch go as one, packed here: an eighth of the bytes over the wire and
// through the server's log, and nobody has to pack them again. What is too little for a batch, which is all that comes while
// a service is watched live, goes as rows, which plain SQL reads, and is packed when its hour is over.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Some consecutive events of a recording on their way.</summary>
sealed class EventShipping
{
    readonly EventId _first;
    readonly ReadOnlyMemory<ScopeEvent> _events;
    readonly bool _asBatches;
    readonly List<(int Start, bool IsBatch)> _parts = [];

    /// <param name="first">The first one's id; the others count up from it by one.</param>
    /// <param name="events">The events, which must stay as they are until all is written.</param>
    /// <param name="asBatches">Whether the database takes batches.</param>
    public EventShipping(EventId first, ReadOnlyMemory<ScopeEvent> events, bool asBatches)
    {
        (_first, _events, _asBatches) = (first, events, asBatches);
        for (var i = 0; i < events.Length; i += Limits.SegmentFrameEvents) Divide(Part(i).Span, i);
    }

    /// <summary>The hours of all events.</summary>
    public HashSet<Hour> Hours { get; } = [];

    /// <summary>Those of them that batches are for.</summary>
    public HashSet<Hour> BatchHours { get; } = [];

    /// <summary>Packs what goes as batches; it may be done beside other things, for one thread at a time.</summary>
    public List<BatchRow> Pack(BatchEncoder encoder) => [.. _parts.Where(p => p.IsBatch).Select(p => BatchRow.Of(new(_first.Value + p.Start), Part(p.Start).Span, encoder))];

    /// <summary>Writes the rows, in the connection's transaction.</summary>
    public async Task WriteRowsAsync(NpgsqlConnection connection, int recording, CancellationToken cancellation)
    {
        foreach (var (start, _) in _parts.Where(p => !p.IsBatch)) await EventRows.WriteAsync(connection, recording, new(_first.Value + start), Part(start), cancellation);
    }

    /// <summary>Writes the batches, in the connection's transaction.</summary>
    public static async Task WriteBatchesAsync(NpgsqlConnection connection, int recording, List<BatchRow> batches, CancellationToken cancellation)
    {
        if (batches.Count == 0) return;
        await using var rows = await connection.BeginBinaryImportAsync($"copy scope.batch ({BatchRow.Columns}) from stdin (format binary)", cancellation);
        foreach (var batch in batches) await batch.CopyAsync(rows, recording, cancellation);
        await rows.CompleteAsync(cancellation);
    }

    ReadOnlyMemory<ScopeEvent> Part(int start) => _events.Slice(start, Math.Min(Limits.SegmentFrameEvents, _events.Length - start));

    // A batch is of one hour, so that it goes with it.
    void Divide(ReadOnlySpan<ScopeEvent> part, int start)
    {
        var hours = new HashSet<Hour>();
        var last = new Hour(long.MinValue);
        foreach (ref readonly var e in part)
            if (Hour.Of(e.Time) is var hour && hour != last) hours.Add(last = hour);
        var isBatch = _asBatches && part.Length == Limits.SegmentFrameEvents && hours.Count == 1;
        Hours.UnionWith(hours);
        if (isBatch) BatchHours.UnionWith(hours);
        _parts.Add((start, isBatch));
    }
}
