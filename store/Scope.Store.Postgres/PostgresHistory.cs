// A recording in Postgres, to be asked like any other history: what SQL can filter it filters, raw events and batches come in
// one answer in the order of their ids, and the rest is done here by the same filter as everywhere.
using System.Data;
using System.Text.Json;
using Npgsql;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Postgres;

/// <summary>One shipped recording.</summary>
public sealed class PostgresHistory : IHistory
{
    readonly NpgsqlDataSource _database;
    readonly int _recording;

    PostgresHistory(NpgsqlDataSource database, int recording, Catalog catalog, LedgerSummary ledger) =>
        (_database, _recording, Catalog, Ledger) = (database, recording, catalog, ledger);

    /// <summary>Opens a recording by its name; null when the database has none of that name.</summary>
    /// <param name="database">The database.</param>
    /// <param name="name">The recording's name.</param>
    /// <param name="windowOf">What is going to be asked for, given the time of the last event: payloads and the identities of spans and flows are read for that time, and some before it; null for all.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<PostgresHistory?> OpenAsync(NpgsqlDataSource database, string name, Func<EventTime, RecordingWindow>? windowOf = null, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        int id;
        LedgerSummary ledger;
        EventTime newest;
        await using (var command = new NpgsqlCommand("select id, ledger::text, newest_ns from scope.recording where name = $1", connection) { Parameters = { new() { Value = name } } })
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation)) return null;
            id = row.GetInt32(0);
            ledger = JsonSerializer.Deserialize<LedgerSummary>(row.GetString(1))!;
            newest = row.IsDBNull(2) ? EventTime.Min : new(row.GetInt64(2));
        }
        var catalog = new Catalog(Limits.WarmPayloadBytes);
        await DictionaryReading.ReadAsync(connection, id, catalog, _ => true, cancellation, windowOf?.Invoke(newest) ?? RecordingWindow.All);
        return new(database, id, catalog, ledger);
    }

    /// <inheritdoc/>
    public Catalog Catalog { get; }

    /// <inheritdoc/>
    public LedgerSummary Ledger { get; }

    /// <inheritdoc/>
    public long Count => Extent.Count;

    /// <inheritdoc/>
    public EventTime First => Extent.First;

    /// <inheritdoc/>
    public EventTime Last => Extent.Last;

    /// <inheritdoc/>
    public EventId FirstId => Number(HistorySql.FirstId) is { } first ? new(first) : new(long.MaxValue);

    /// <inheritdoc/>
    public EventId NextId => new(Number(HistorySql.NextId) ?? 0);

    /// <inheritdoc/>
    public QueryWay WayOf(EventQuery query)
    {
        using var connection = _database.OpenConnection();
        using var command = Command($"explain (format json) {HistorySql.Of(query)}", connection);
        return PostgresWay.Of((string)command.ExecuteScalar()!);
    }

    /// <inheritdoc/>
    public void Visit(EventQuery query, EventVisitor visitor)
    {
        if (query.Limit <= 0) return;
        var filter = new EventFilter(query, Catalog);
        var shown = 0;
        bool Show(EventId id, in ScopeEvent e) => id.Value < query.FromId.Value || id.Value >= query.ToId.Value || !filter.Matches(e) || (visitor(id, e) && ++shown < query.Limit);
        using var connection = _database.OpenConnection();
        using var command = Command(HistorySql.Of(query), connection);
        using var rows = command.ExecuteReader(CommandBehavior.SequentialAccess);
        var decoder = new BatchDecoder();
        while (rows.Read())
        {
            if (ShowRow(rows, decoder, query.Order, Show)) continue;
            command.Cancel(); // Else the rest of the answer is read only to be thrown away.
            return;
        }
    }

    /// <inheritdoc/>
    public long? TryCount(EventQuery query)
    {
        if (!HistorySql.IsExact(query)) return null;
        var filter = new EventFilter(query, Catalog);
        var count = 0L;
        bool Count(EventId id, in ScopeEvent e)
        {
            if (id.Value >= query.FromId.Value && id.Value < query.ToId.Value && filter.Matches(e)) count++;
            return true;
        }
        using var connection = _database.OpenConnection();
        using var command = Command(HistorySql.CountOf(query), connection);
        using var rows = command.ExecuteReader();
        var decoder = new BatchDecoder();
        while (rows.Read())
            if (rows.IsDBNull(1)) count += rows.GetInt64(0);
            else ShowRow(rows, decoder, EventOrder.OldestFirst, Count);
        return Math.Min(count, Math.Max(0, query.Limit));
    }

    /// <inheritdoc/>
    public bool TryGet(EventId id, out ScopeEvent e)
    {
        e = default;
        var found = default(ScopeEvent?);
        using var connection = _database.OpenConnection();
        using var command = Command(HistorySql.OfId, connection);
        command.Parameters.Add(new() { Value = id.Value });
        using var rows = command.ExecuteReader(CommandBehavior.SequentialAccess);
        var decoder = new BatchDecoder();
        while (found is null && rows.Read())
            ShowRow(rows, decoder, EventOrder.OldestFirst, (EventId at, in ScopeEvent stored) =>
            {
                if (at == id) found = stored;
                return found is null;
            });
        e = found ?? default;
        return found is not null;
    }

    /// <summary>Shows the event of a row, or the events of its batch; false when enough has been seen.</summary>
    static bool ShowRow(NpgsqlDataReader row, BatchDecoder decoder, EventOrder order, EventVisitor visitor)
    {
        var first = row.GetInt64(0);
        if (row.IsDBNull(1)) return visitor(new(first), Event(row));
        var data = row.GetFieldValue<byte[]>(1);
        var events = decoder.Decode(data, (int)(row.GetInt64(2) - first + 1));
        for (var i = 0; i < events.Length; i++)
        {
            var at = order == EventOrder.OldestFirst ? i : events.Length - 1 - i;
            if (!visitor(new(first + at), events[at])) return false;
        }
        return true;
    }

    static ScopeEvent Event(NpgsqlDataReader row) => new()
    {
        Time = new(row.GetInt64(3)),
        Value = row.GetInt64(4),
        Thread = new(row.GetInt32(5)),
        Span = new(row.GetInt32(6)),
        Parent = new(row.GetInt32(7)),
        Flow = new(row.GetInt32(8)),
        Method = new(row.GetInt32(9)),
        CodeNode = new(row.GetInt32(10)),
        Name = new(row.GetInt32(11)),
        Stack = new(row.GetInt32(12)),
        Payload = new(row.GetInt32(13)),
        Related = new(row.GetInt32(14)),
        Kind = (EventKind)(ushort)row.GetInt16(15),
        Flags = (EventFlags)(ushort)row.GetInt16(16),
        Target = new((ushort)row.GetInt16(17)),
        Detail = (ushort)row.GetInt16(18),
    };

    (long Count, EventTime First, EventTime Last) Extent
    {
        get
        {
            using var connection = _database.OpenConnection();
            using var command = Command(HistorySql.Extent, connection);
            using var row = command.ExecuteReader();
            row.Read();
            return (row.IsDBNull(0) ? 0 : row.GetInt64(0), row.IsDBNull(1) ? EventTime.Max : new(row.GetInt64(1)), row.IsDBNull(2) ? EventTime.Min : new(row.GetInt64(2)));
        }
    }

    long? Number(string sql)
    {
        using var connection = _database.OpenConnection();
        using var command = Command(sql, connection);
        return command.ExecuteScalar() as long?;
    }

    NpgsqlCommand Command(string sql, NpgsqlConnection connection) => new(sql, connection) { Parameters = { new() { Value = _recording } } };
}
