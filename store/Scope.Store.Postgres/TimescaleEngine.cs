// Hours in TimescaleDB: its chunks, its compression, its retention. What an agent does here at once, the policies of the schema
// do in their own time where no agent is left.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Chunks of hypertables.</summary>
sealed class TimescaleEngine : IWarmEngine
{
    // What is had when another agent, or a policy of the server's, is at the same chunk.
    static readonly string[] s_busy = ["55P03", "40P01", "42710"];

    /// <inheritdoc/>
    public WarmEngineChoice Kind => WarmEngineChoice.Timescale;

    /// <inheritdoc/>
    public ServerExtension Extension { get; } = new("timescaledb", IsTakenUnasked: true, ("timescaledb.license", "timescale"));

    /// <inheritdoc/>
    public bool TakesBatches => false;

    /// <summary>Compresses the hour's chunk, and puts its dictionary entries into few large blocks.</summary>
    public async Task<PackedHour?> CloseAsync(NpgsqlDataSource database, Hour hour, CancellationToken cancellation)
    {
        try
        {
            await using var reading = await database.OpenConnectionAsync(cancellation);
            await using var writing = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await writing.BeginTransactionAsync(cancellation);
            await PostgresSchema.RunAsync(writing, $"set local lock_timeout = {Limits.WarmHoldMillis}", cancellation);
            await PostgresSchema.RunAsync(writing, $"select scope.hold_hour({hour.Number})", cancellation);
            await HourPacking.MergeBlocksAsync(reading, writing, hour, "packed", cancellation);
            await PostgresSchema.RunAsync(writing, $"select scope.empty_hour({hour.Number})", cancellation);
            await using var compress = new NpgsqlCommand($"select scope.compress_hour({hour.Number})", writing);
            var events = (long)(await compress.ExecuteScalarAsync(cancellation))!;
            await transaction.CommitAsync(cancellation);
            return new(events, (int)((events + RowsABatch - 1) / RowsABatch));
        }
        catch (PostgresException e) when (s_busy.Contains(e.SqlState))
        {
            return null;
        }
    }

    const int RowsABatch = 1000; // TimescaleDB's.

    /// <inheritdoc/>
    public async Task<int> DropAsync(NpgsqlConnection connection, IReadOnlyList<HourTable> tables, Hour before, WarmKeeping keeping, EventTime now, CancellationToken cancellation)
    {
        try
        {
            await using (var keep = new NpgsqlCommand("select scope.keep($1, $2)", connection) { Parameters = { new() { Value = keeping.Age is { } age ? age.Ticks * 100 : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint }, new() { Value = Limits.WarmMinuteDays } } })
                await keep.ExecuteNonQueryAsync(cancellation);
            if (!tables.Any(t => t.Hour < before)) return 0;
            await using var drop = new NpgsqlCommand("select scope.drop_before($1)", connection) { Parameters = { new() { Value = before.Number } } };
            return (int)(await drop.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException e) when (s_busy.Contains(e.SqlState))
        {
            return 0;
        }
    }
}
