// Ships a recording into Postgres, batch by batch. Rows, the dictionary entries that they need and the place to go on from
// are committed together, so that however often it breaks off and starts again, every event arrives once.
using System.Text.Json;
using Npgsql;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Postgres;

/// <summary>Ships one history under a name.</summary>
/// <param name="database">Where to; its schema must be initialized.</param>
/// <param name="name">The recording's name in the database; shipping again under a name goes on where it stopped.</param>
/// <param name="catalog">What the events refer to; its ids must be the same each time, as those of a reopened recording are.</param>
/// <param name="feed">Where events come from: Read of a recording or of the hot index.</param>
/// <param name="ledger">What was captured and lost.</param>
public sealed class PostgresShipper(NpgsqlDataSource database, string name, Catalog catalog, EventFeed feed, Func<LedgerSummary> ledger)
{
    readonly ScopeEvent[] _batch = new ScopeEvent[Limits.BlockEvents];

    /// <summary>A shipper of a recording, under its folder's name.</summary>
    public static PostgresShipper Of(NpgsqlDataSource database, Recording recording) =>
        new(database, Path.GetFileName(recording.Folder.TrimEnd(Path.DirectorySeparatorChar)), recording.Catalog, recording.Read, () => recording.Ledger);

    /// <summary>Ships what is there and has not been shipped; gives how many events.</summary>
    public async Task<long> ShipAsync(CancellationToken cancellation = default)
    {
        var shipped = 0L;
        while (await ShipBatchAsync(cancellation) is > 0 and var events) shipped += events;
        return shipped;
    }

    async Task<int> ShipBatchAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (recording, next) = await PlaceAsync(connection, cancellation);
        var events = feed(new(next), _batch, out var first);
        await DictionaryRows.WriteAsync(connection, recording, catalog, cancellation);
        if (events > 0) await EventRows.WriteAsync(connection, recording, first, _batch.AsMemory(0, events), cancellation);
        await using var move = new NpgsqlCommand("update scope.recording set next_event = $2, ledger = $3::jsonb where id = $1", connection)
        {
            Parameters = { new() { Value = recording }, new() { Value = events > 0 ? first.Value + events : next }, new() { Value = JsonSerializer.Serialize(ledger()) } },
        };
        await move.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return events;
    }

    /// <summary>The recording's row, made when missing, held until the end of the transaction: two shippers take turns.</summary>
    async Task<(long Id, long Next)> PlaceAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "insert into scope.recording (name, ledger) values ($1, '{}') on conflict (name) do update set name = excluded.name returning id, next_event";
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = name } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }
}
