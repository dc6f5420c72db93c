// An hour that is over is packed: its rows become batches, its loose dictionary entries few large blocks, and the raw rows go,
// all in one transaction, so that a reader sees each event once at any moment. Rows that come late for a packed hour are
// raw again, and packed the next time. Nobody writes to the hour meanwhile; the other hours are written as always.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>What an hour was and became.</summary>
/// <param name="Events">How many events.</param>
/// <param name="Batches">In how many batches.</param>
public readonly record struct PackedHour(long Events, int Batches);

/// <summary>Packs hours.</summary>
static class HourPacking
{
    const string LockNotAvailable = "55P03";

    /// <summary>Hours that have raw rows, or loose entries that came with batches, and are over; oldest first.</summary>
    public static async Task<List<Hour>> OverAsync(NpgsqlDataSource database, EventTime now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var raw = from table in await HourTables.ReadAsync(connection, cancellation)
                  where table is { IsAttached: true, Bytes: > 0 } && HourTables.Raw.Contains(table.Parent) && table.Hour.End + Limits.WarmGraceNanos <= now
                  select table.Hour;
        return [.. raw.Distinct().Order()];
    }

    /// <summary>Packs an hour; null when it is busy, and is to be tried again later.</summary>
    public static async Task<PackedHour?> PackAsync(NpgsqlDataSource database, Hour hour, CancellationToken cancellation)
    {
        try
        {
            await using var reading = await database.OpenConnectionAsync(cancellation);
            await using var writing = await database.OpenConnectionAsync(cancellation);
            await HourTables.MakeAsync(reading, HourTables.Raw, [hour], cancellation); // One may have gone as empty while something came for the other.
            await using var transaction = await writing.BeginTransactionAsync(cancellation);
            await PostgresSchema.RunAsync(writing, $"set local lock_timeout = {Limits.WarmHoldMillis}", cancellation);
            if (!await HoldAsync(writing, hour, cancellation)) return new(0, 0);
            await PostgresSchema.RunAsync(writing, $"select scope.make_packed({hour.Number})", cancellation);
            var packed = await CopyEventsAsync(reading, writing, hour, cancellation);
            await MergeBlocksAsync(reading, writing, hour, HourTables.Leaf("packed", hour), cancellation);
            await PostgresSchema.RunAsync(writing, $"select scope.attach_packed({hour.Number}), scope.empty_hour({hour.Number})", cancellation);
            await transaction.CommitAsync(cancellation);
            return packed;
        }
        catch (PostgresException e) when (e.SqlState == LockNotAvailable)
        {
            return null;
        }
    }

    static async Task<bool> HoldAsync(NpgsqlConnection connection, Hour hour, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select scope.hold_hour({hour.Number})", connection);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    // The server fills pages as it finds room in them, so that rows do not lie in the order in which they came.
    static async Task<PackedHour> CopyEventsAsync(NpgsqlConnection reading, NpgsqlConnection writing, Hour hour, CancellationToken cancellation)
    {
        await PostgresSchema.RunAsync(reading, $"set work_mem = '{Limits.WarmSortMegabytes}MB'", cancellation);
        var packing = (await LayoutChoice.PackingAsync(reading, Packing.Thorough, cancellation))!;
        await using var rows = await writing.BeginBinaryImportAsync($"copy scope.{HourTables.Leaf("batch", hour)} ({BatchRow.Columns(packing)}) from stdin (format binary)", cancellation);
        var packed = new PackedHour();
        EventBatch? open = null;
        async Task CloseAsync()
        {
            if (open is null) return;
            packed = new(packed.Events + open.Count, packed.Batches + 1);
            await open.CopyAsync(rows, cancellation);
        }
        var query = $"select {EventRows.Columns} from scope.event where time_ns >= {hour.Start.UnixNanos} and time_ns < {hour.End.UnixNanos} order by recording, id";
        await foreach (var part in EventRows.ReadAsync(reading, query, cancellation))
            foreach (var (recording, stored) in part)
            {
                if (open is not null && open.TryAdd(recording, stored)) continue;
                await CloseAsync();
                (open ??= new(packing)).Begin(recording, stored);
            }
        await CloseAsync();
        await rows.CompleteAsync(cancellation);
        return packed;
    }

    /// <summary>Puts the loose dictionary entries of an hour that is held into few large blocks of a table.</summary>
    public static async Task MergeBlocksAsync(NpgsqlConnection reading, NpgsqlConnection writing, Hour hour, string table, CancellationToken cancellation)
    {
        var recordings = new HashSet<int>();
        async IAsyncEnumerable<(int, DictionaryBlock)> LooseAsync()
        {
            await using var command = new NpgsqlCommand($"select recording, sort, first_id, last_id, data from scope.loose where time_ns >= {hour.Start.UnixNanos} and time_ns < {hour.End.UnixNanos} order by recording, sort, first_id", reading);
            await using var rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
            {
                recordings.Add(rows.GetInt32(0));
                yield return (rows.GetInt32(0), Block(rows));
            }
        }
        await DictionaryBlocks.CopyAsync(writing, table, DictionaryBlocks.MergeAsync(LooseAsync()), hour.Start, cancellation);
        foreach (var recording in recordings) await MergeLastingAsync(writing, recording, cancellation);
    }

    // What lasts is not of an hour, but gets many small blocks in one.
    static async Task MergeLastingAsync(NpgsqlConnection connection, int recording, CancellationToken cancellation)
    {
        const string Small = """
            select recording, sort, first_id, last_id, data from scope.lasting l where recording = $1 and pg_try_advisory_xact_lock(x'5C0BE1'::int, $1)
            and (select count(*) > $2 from scope.lasting o where o.recording = l.recording and o.sort = l.sort) order by sort, first_id
            """;
        var blocks = new List<DictionaryBlock>();
        await using (var command = new NpgsqlCommand(Small, connection) { Parameters = { new() { Value = recording }, new() { Value = (long)Few } } })
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
            while (await rows.ReadAsync(cancellation)) blocks.Add(Block(rows));
        if (blocks.Count == 0) return;
        await using var delete = new NpgsqlCommand("delete from scope.lasting where recording = $1 and (sort, first_id) in (select * from unnest($2, $3))", connection)
        {
            Parameters = { new() { Value = recording }, new() { Value = blocks.Select(b => b.Sort).ToArray() }, new() { Value = blocks.Select(b => b.FirstId).ToArray() } },
        };
        await delete.ExecuteNonQueryAsync(cancellation);
        await DictionaryBlocks.CopyAsync(connection, "lasting", DictionaryBlocks.MergeAsync(blocks.Select(b => (recording, b)).ToAsyncEnumerable()), null, cancellation);
    }

    const int Few = 8;

    static DictionaryBlock Block(NpgsqlDataReader row) => new(row.GetInt16(1), row.GetInt32(2), row.GetInt32(3), row.GetFieldValue<byte[]>(4));
}
