// What is too old, or too much, goes an hour at a time, by detaching and dropping the hour's tables: no row is looked at, and
// nobody who writes waits. An owner of the tables detaches concurrently, with no lock on the parent that writers mind; anyone
// else asks a function of the schema, which locks for an instant and gives way when that is not to be had.
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
    const string LockNotAvailable = "55P03", Busy = "55006", WrongState = "55000";

    /// <summary>The table of an hour; whether it is detached, wholly or half, since somebody died over it; and whether we own it.</summary>
    readonly record struct Leaf(string Parent, string Name, Hour Hour, long Bytes, bool IsAttached, bool IsHalfDetached, bool IsOurs);

    /// <summary>Drops what need not be kept, and raw tables that packing has emptied; gives how many tables went. What is busy goes the next time.</summary>
    public static async Task<int> ApplyAsync(NpgsqlDataSource database, WarmKeeping keeping, EventTime now, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await PostgresSchema.RunAsync(connection, $"set lock_timeout = {Limits.WarmLockMillis}", cancellation);
        var leaves = await LeavesAsync(connection, cancellation);
        var before = Before(leaves, keeping, now);
        var dropped = 0;
        foreach (var leaf in leaves)
        {
            var isEmptied = HourTables.Raw.Contains(leaf.Parent) && leaf.Bytes == 0 && leaf.Hour.End + 2 * Limits.WarmGraceNanos < now;
            if (leaf.Hour >= before && !isEmptied && leaf.IsAttached) continue;
            if (await TryDropAsync(connection, leaf, mustBeEmpty: leaf.Hour >= before, cancellation)) dropped++;
        }
        await PostgresSchema.RunAsync(connection, $"delete from scope.minute where minute < now() - interval '{Limits.WarmMinuteDays} days'", cancellation);
        if (before.Number > long.MinValue) await ForgetAsync(connection, before, cancellation);
        return dropped;
    }

    /// <summary>The first hour that is kept.</summary>
    static Hour Before(List<Leaf> leaves, WarmKeeping keeping, EventTime now)
    {
        var first = keeping.Age is { } age ? Hour.Of(now - age.Ticks * 100) : new Hour(long.MinValue);
        if (keeping.Bytes is not { } most) return first;
        var bytes = leaves.Sum(l => l.Bytes);
        foreach (var hour in leaves.GroupBy(l => l.Hour).OrderBy(h => h.Key))
        {
            if (bytes <= most || hour.Key.End > now) break;
            bytes -= hour.Sum(l => l.Bytes);
            if (hour.Key >= first) first = new(hour.Key.Number + 1);
        }
        return first;
    }

    static async Task<List<Leaf>> LeavesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Indexes keep a page or more when their table is empty.
        const string Sql = """
            select p.relname, c.relname, case when pg_relation_size(c.oid) = 0 then 0 else pg_total_relation_size(c.oid) end,
                   i.inhrelid is not null and not i.inhdetachpending, coalesce(i.inhdetachpending, false), pg_has_role(p.relowner, 'usage')
            from pg_class p join pg_class c on c.relnamespace = p.relnamespace and c.relkind = 'r' and c.relname like p.relname || '\_________\___' left join pg_inherits i on i.inhrelid = c.oid
            where p.relnamespace = 'scope'::regnamespace and p.relkind = 'p'
            """;
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var leaves = new List<Leaf>();
        while (await rows.ReadAsync(cancellation))
            if (Hour.OfLeaf(rows.GetString(1)) is { } hour) leaves.Add(new(rows.GetString(0), rows.GetString(1), hour, rows.GetInt64(2), rows.GetBoolean(3), rows.GetBoolean(4), rows.GetBoolean(5)));
        return leaves;
    }

    static async Task<bool> TryDropAsync(NpgsqlConnection connection, Leaf leaf, bool mustBeEmpty, CancellationToken cancellation)
    {
        try
        {
            if (leaf.IsOurs && (leaf.IsAttached || leaf.IsHalfDetached))
                await PostgresSchema.RunAsync(connection, $"alter table scope.{leaf.Parent} detach partition scope.{leaf.Name} {(leaf.IsHalfDetached ? "finalize" : "concurrently")}", cancellation);
            await using var drop = new NpgsqlCommand("select scope.drop_hour($1, $2, $3)", connection) { Parameters = { new() { Value = leaf.Parent }, new() { Value = leaf.Hour.Number }, new() { Value = mustBeEmpty } } };
            return (bool)(await drop.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException e) when (e.SqlState is LockNotAvailable or Busy or WrongState)
        {
            return false; // Somebody reads it, or another agent drops it.
        }
    }

    // A recording without events needs no names either; shipped on, it would tell them again.
    static async Task ForgetAsync(NpgsqlConnection connection, Hour before, CancellationToken cancellation)
    {
        const string Sql = """
            with gone as (update scope.recording r set known = '{}' where newest_ns < $1 and known <> '{}' and not exists (select from scope.minute m where m.recording = r.id) returning id),
                 texts as (delete from scope.text d using gone where d.recording = gone.id)
            delete from scope.lasting l using gone where l.recording = gone.id
            """;
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = before.Start.UnixNanos } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
