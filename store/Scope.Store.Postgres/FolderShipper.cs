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
    /// <exception cref="InvalidDataException">The database has another recording of the name.</exception>
    public static async Task<FolderShipper> BeginAsync(NpgsqlDataSource database, string name, Func<Catalog, SpoolFeed> open, CancellationToken cancellation = default)
    {
        var feed = open(new());
        try
        {
            await LearnKnownAsync(database, name, feed, cancellation);
            return new(database, feed);
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    /// <summary>Events before this one are in the database.</summary>
    public EventId Next => _shipper.Next;

    /// <summary>Ships one batch at most; gives how many events, 0 when there are none for now.</summary>
    /// <param name="isLast">Whether what was learnt of names is shipped also when there are no events; else only now and then.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ShipBatchAsync(bool isLast, CancellationToken cancellation = default)
    {
        var shipped = await _shipper.ShipBatchAsync(isLast, cancellation);
        if (shipped > 0) ForgetShipped();
        return shipped;
    }

    /// <summary>Ships what is there; gives how many events.</summary>
    public async Task<long> ShipAsync(CancellationToken cancellation = default)
    {
        var shipped = 0L;
        while (await ShipBatchAsync(isLast: true, cancellation) is > 0 and var events) shipped += events;
        return shipped;
    }

    /// <summary>What of the recording could not be read.</summary>
    public IReadOnlyList<Segments.SegmentDamage> Damages => _feed.Damages;

    /// <inheritdoc/>
    public void Dispose() => _feed.Dispose();

    // What events came with is in the database with them, and nobody asks for it here: else the agent would hold all of it twice.
    void ForgetShipped()
    {
        _feed.Catalog.Payloads.Forget(_shipper.LastPayload); // Those after it are of events that were read ahead.
        _feed.Catalog.Spans.Forget(_feed.Catalog.Spans.LastId, static _ => false);
        _feed.Catalog.Flows.Forget(_feed.Catalog.Flows.LastId, static _ => false);
    }

    static async Task LearnKnownAsync(NpgsqlDataSource database, string name, SpoolFeed feed, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        int recording;
        int[] known;
        long newest;
        await using (var command = new NpgsqlCommand("select id, known, newest_ns, started_ns from scope.recording where name = $1", connection) { Parameters = { new() { Value = name } } })
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation)) return;
            PostgresShipper.RefuseAnother(name, feed.Started, row.IsDBNull(3) ? null : new(row.GetInt64(3))); // Before what may be gigabytes is read.
            if (row.IsDBNull(2)) return;
            (recording, known, newest) = (row.GetInt32(0), row.GetFieldValue<int[]>(1), row.GetInt64(2));
        }
        await DictionaryReading.ReadAsync(connection, recording, feed.Catalog, _ => true, cancellation, new(new(newest), EventTime.Max));
        foreach (var sort in DictionarySort.All.Where(s => s.Skip is not null && (int)s.Section < known.Length))
            sort.Skip!(feed.Catalog, known[(int)sort.Section]);
    }
}
