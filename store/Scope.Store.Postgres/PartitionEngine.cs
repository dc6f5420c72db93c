// Hours in partitions of Postgres's own: those that are over are packed, and hours go by detaching and dropping their tables. An
// owner of the tables detaches concurrently, with no lock on the parent that writers mind; anyone else asks a function of the
// schema, which locks for an instant and gives way when that is not to be had.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Partitions, on any Postgres.</summary>
class PartitionEngine : IWarmEngine
{
    const string LockNotAvailable = "55P03", Busy = "55006", WrongState = "55000";

    /// <inheritdoc/>
    public virtual WarmEngineChoice Kind => WarmEngineChoice.Native;

    /// <inheritdoc/>
    public virtual ServerExtension? Extension => null;

    /// <inheritdoc/>
    public bool TakesBatches => true;

    /// <summary>Whether an owner can detach a partition while others write.</summary>
    protected virtual bool DetachesConcurrently => true;

    /// <inheritdoc/>
    public Task<PackedHour?> CloseAsync(NpgsqlDataSource database, Hour hour, CancellationToken cancellation) => HourPacking.PackAsync(database, hour, cancellation);

    /// <inheritdoc/>
    public async Task<int> DropAsync(NpgsqlConnection connection, IReadOnlyList<HourTable> tables, Hour before, WarmKeeping keeping, EventTime now, CancellationToken cancellation)
    {
        var dropped = 0;
        foreach (var table in tables)
        {
            var isEmptied = HourTables.Raw.Contains(table.Parent) && table.Bytes == 0 && table.Hour.End + 2 * Limits.WarmGraceNanos < now;
            if (table.Hour >= before && !isEmptied && table.IsAttached) continue;
            if (await TryDropAsync(connection, table, mustBeEmpty: table.Hour >= before, cancellation)) dropped++;
        }
        await PostgresSchema.RunAsync(connection, $"delete from scope.minute where minute < now() - interval '{Limits.WarmMinuteDays} days'", cancellation);
        return dropped;
    }

    async Task<bool> TryDropAsync(NpgsqlConnection connection, HourTable table, bool mustBeEmpty, CancellationToken cancellation)
    {
        try
        {
            if (DetachesConcurrently && table.IsOurs && (table.IsAttached || table.IsHalfDetached))
                await PostgresSchema.RunAsync(connection, $"alter table scope.{table.Parent} detach partition scope.{table.Leaf} {(table.IsHalfDetached ? "finalize" : "concurrently")}", cancellation);
            await using var drop = new NpgsqlCommand("select scope.drop_hour($1, $2, $3)", connection) { Parameters = { new() { Value = table.Parent }, new() { Value = table.Hour.Number }, new() { Value = mustBeEmpty } } };
            return (bool)(await drop.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException e) when (e.SqlState is LockNotAvailable or Busy or WrongState)
        {
            return false; // Somebody reads it, or another agent drops it.
        }
    }
}
