// What is too old, or too much, goes an hour at a time: no row is looked at, and nobody who writes waits. How an hour goes is the
// engine's.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>How long and how much is kept.</summary>
/// <param name="Age">Events older than this go; null for no bound.</param>
/// <param name="Bytes">When events and what belongs to them take more, the oldest hours go; null for no bound.</param>
public sealed record WarmKeeping(TimeSpan? Age, long? Bytes);

/// <summary>Drops hours.</summary>
public static class Retention
{
    /// <summary>Drops what need not be kept, and raw tables that packing has emptied; gives how many tables went. What is busy goes the next time.</summary>
    public static async Task<int> ApplyAsync(NpgsqlDataSource database, WarmKeeping keeping, EventTime now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await PostgresSchema.RunAsync(connection, $"set lock_timeout = {Limits.WarmLockMillis}", cancellation);
        var (engine, _) = await WarmEngines.ToldAsync(connection, cancellation);
        var tables = await HourTables.ReadAsync(connection, cancellation);
        var before = Before(tables, keeping, now);
        var dropped = await engine.DropAsync(connection, tables, before, keeping, now, cancellation);
        if (before.Number > long.MinValue) await ForgetAsync(connection, before, cancellation);
        return dropped;
    }

    /// <summary>The first hour that is kept.</summary>
    static Hour Before(IReadOnlyList<HourTable> tables, WarmKeeping keeping, EventTime now)
    {
        var first = keeping.Age is { } age ? Hour.Of(now - age.Ticks * 100) : new Hour(long.MinValue);
        if (keeping.Bytes is not { } most) return first;
        var bytes = tables.Sum(t => t.Bytes);
        foreach (var hour in tables.GroupBy(t => t.Hour).OrderBy(h => h.Key))
        {
            if (bytes <= most || hour.Key.End > now) break;
            bytes -= hour.Sum(t => t.Bytes);
            if (hour.Key >= first) first = new(hour.Key.Number + 1);
        }
        return first;
    }

    // A recording without events needs no names either; shipped on, it would tell them again. Those that still have minutes keep
    // theirs. In steps that an engine can do whose tables lie on several servers.
    static async Task ForgetAsync(NpgsqlConnection connection, Hour before, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        async Task<int[]> IdsAsync(string sql, params object[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var value in values) command.Parameters.Add(new() { Value = value });
            await using var row = await command.ExecuteReaderAsync(cancellation);
            var ids = new List<int>();
            while (await row.ReadAsync(cancellation)) ids.Add(row.GetInt32(0));
            return [.. ids];
        }
        var old = await IdsAsync("select id from scope.recording where newest_ns < $1 and known <> '{}'", before.Start.UnixNanos);
        if (old.Length == 0) return;
        var charted = await IdsAsync("select distinct recording from scope.minute where recording = any($1)", old);
        var gone = await IdsAsync("update scope.recording set known = '{}' where id = any($1) and newest_ns < $2 returning id", old.Except(charted).ToArray(), before.Start.UnixNanos);
        foreach (var table in (string[])["text", "lasting"]) await IdsAsync($"delete from scope.{table} where recording = any($1) returning recording", gone);
        await transaction.CommitAsync(cancellation);
    }
}
