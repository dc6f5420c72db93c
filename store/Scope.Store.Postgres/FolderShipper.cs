// Ships a recording from its folder, also while it is written: events come from the segments as they are on the disk, never
// from the memory of who records. What the database has of the recording's names comes first, so that what is shipped on
// after a break has the same numbers.
using System.Data;
using Npgsql;
using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Store.Postgres;

/// <summary>Ships one recording. For one thread.</summary>
public sealed class FolderShipper : IDisposable
{
    readonly SpoolFeed _feed;
    readonly PostgresShipper _shipper;

    FolderShipper(NpgsqlDataSource database, SpoolFeed feed) => (_feed, _shipper) = (feed, new(database, feed.Name, feed.Catalog, feed.Read, () => feed.Ledger, feed.Started));

    /// <summary>Begins, or goes on where the database is.</summary>
    /// <param name="database">Where to; its schema must be there.</param>
    /// <param name="name">The recording's name.</param>
    /// <param name="open">Opens the feed of the recording with a catalog for its entries.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<FolderShipper> BeginAsync(NpgsqlDataSource database, string name, Func<Catalog, SpoolFeed> open, CancellationToken cancellation = default) =>
        new(database, open(await KnownAsync(database, name, cancellation)));

    /// <summary>Events before this one are in the database.</summary>
    public EventId Next => _shipper.Next;

    /// <summary>Ships one batch at most; gives how many events, 0 when there are none for now.</summary>
    /// <param name="isLast">Whether what was learnt of names is shipped also when there are no events; else only now and then.</param>
    /// <param name="cancellation">Gives up.</param>
    public Task<int> ShipBatchAsync(bool isLast, CancellationToken cancellation = default) => _shipper.ShipBatchAsync(isLast, cancellation);

    /// <summary>Ships what is there; gives how many events.</summary>
    public Task<long> ShipAsync(CancellationToken cancellation = default) => _shipper.ShipAsync(cancellation);

    /// <summary>What of the recording could not be read.</summary>
    public IReadOnlyList<Segments.SegmentDamage> Damages => _feed.Damages;

    /// <inheritdoc/>
    public void Dispose() => _feed.Dispose();

    static async Task<Catalog> KnownAsync(NpgsqlDataSource database, string name, CancellationToken cancellation)
    {
        var catalog = new Catalog();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        int recording;
        int[] known;
        long newest;
        await using (var command = new NpgsqlCommand("select id, known, newest_ns from scope.recording where name = $1 and newest_ns is not null", connection) { Parameters = { new() { Value = name } } })
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation)) return catalog;
            (recording, known, newest) = (row.GetInt32(0), row.GetFieldValue<int[]>(1), row.GetInt64(2));
        }
        // Spans and flows that go on are of the last hours; those before only keep their numbers.
        await DictionaryReading.ReadAsync(connection, recording, catalog, _ => true, cancellation, new Hour(Hour.Of(new(newest)).Number - 1).Start);
        foreach (var sort in DictionarySort.All.Where(s => s.Skip is not null && (int)s.Section < known.Length))
            while (sort.LastId(catalog) < known[(int)sort.Section]) sort.Skip!(catalog);
        return catalog;
    }
}
