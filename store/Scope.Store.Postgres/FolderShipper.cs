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
    /// <summary>What the books of a recording call the database.</summary>
    public const string Destination = "warm";

    readonly SpoolFeed _feed;
    readonly PostgresShipper _shipper;
    readonly RefusedBatches _refused;
    (EventId First, int Tries) _refusal = (EventId.None, 0);
    long _setAside;
    bool _isUnsettled;

    FolderShipper(NpgsqlDataSource database, SpoolFeed feed, RefusedBatches refused) =>
        (_feed, _shipper, _refused, Aside) = (feed, new(database, feed.Name, feed.Catalog, feed.Read, () => feed.Ledger, feed.Started), refused, refused.Waiting);

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
            var refused = feed.RefusedBy(Destination);
            refused.Settle(await LearnKnownAsync(database, name, feed, cancellation));
            return new(database, feed, refused);
        }
        catch
        {
            feed.Dispose();
            throw;
        }
    }

    /// <summary>Events before this one are in the database.</summary>
    public EventId Next => _shipper.Next;

    /// <summary>What was refused for good and waits beside the recording; null when nothing does.</summary>
    public SetAside? Aside { get; private set; }

    /// <summary>Ships one batch at most, or sets it aside when it has been refused often enough; gives how many events it had, 0 when there are none for now.</summary>
    /// <param name="isLast">Whether what was learnt of names is shipped also when there are no events; else only now and then.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ShipBatchAsync(bool isLast, CancellationToken cancellation = default)
    {
        if (_isUnsettled) Settle();
        try
        {
            var shipped = await _shipper.ShipBatchAsync(isLast, cancellation);
            if (shipped > 0) ForgetShipped();
            else if (Aside is not null) Aside = _refused.Waiting; // Somebody may have shipped it.
            return shipped;
        }
        catch (BatchRefusedException e)
        {
            if (!IsRefusedEnough(e)) throw;
            await SetAsideAsync(e, cancellation);
            return e.Count;
        }
    }

    /// <summary>Ships what is there; gives how many events, those not counted that were set aside.</summary>
    public async Task<long> ShipAsync(CancellationToken cancellation = default)
    {
        var (shipped, aside) = (0L, _setAside);
        while (true)
            try
            {
                if (await ShipBatchAsync(isLast: true, cancellation) is not (> 0 and var events)) return shipped - (_setAside - aside);
                shipped += events;
            }
            catch (BatchRefusedException) when (MaySetAside)
            {
                // Once more, until it has been refused often enough.
            }
    }

    /// <summary>Whether what is refused for good is set aside, and what comes after it goes on; what was set aside already stays where it is.</summary>
    internal bool MaySetAside => !SetAside.Is(_feed.Name);

    /// <summary>What of the recording could not be read.</summary>
    public IReadOnlyList<Segments.SegmentDamage> Damages => _feed.Damages;

    /// <inheritdoc/>
    public void Dispose() => _feed.Dispose();

    bool IsRefusedEnough(BatchRefusedException e)
    {
        _refusal = (e.First, e.First == _refusal.First ? _refusal.Tries + 1 : 1);
        return MaySetAside && _refusal.Tries >= Limits.RefusedTries;
    }

    async Task SetAsideAsync(BatchRefusedException e, CancellationToken cancellation)
    {
        _refused.Prepare(e.First, e.Count, WarmTrouble.Text(e));
        if (!await _shipper.PassOverAsync(e, cancellation))
        {
            _refused.Undo();
            return;
        }
        _setAside += e.Count;
        _isUnsettled = true;
        Settle();
    }

    // When the disk refuses it, it is to be done before all else.
    void Settle()
    {
        _refused.Settle(Next);
        Aside = _refused.Waiting;
        _isUnsettled = false;
    }

    // What events came with is in the database with them, and nobody asks for it here: else the agent would hold all of it twice.
    void ForgetShipped()
    {
        _feed.Catalog.Payloads.Forget(_shipper.LastPayload); // Those after it are of events that were read ahead.
        _feed.Catalog.Spans.Forget(_feed.Catalog.Spans.LastId, static _ => false);
        _feed.Catalog.Flows.Forget(_feed.Catalog.Flows.LastId, static _ => false);
    }

    // Gives the first event that the database has neither taken nor passed over.
    static async Task<EventId> LearnKnownAsync(NpgsqlDataSource database, string name, SpoolFeed feed, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        int recording;
        int[] known;
        long newest, next;
        await using (var command = new NpgsqlCommand("select id, known, newest_ns, started_ns, next_event from scope.recording where name = $1", connection) { Parameters = { new() { Value = name } } })
        await using (var row = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await row.ReadAsync(cancellation)) return default;
            next = row.GetInt64(4);
            PostgresShipper.RefuseAnother(name, feed.Started, row.IsDBNull(3) ? null : new(row.GetInt64(3))); // Before what may be gigabytes is read.
            if (row.IsDBNull(2)) return new(next);
            (recording, known, newest) = (row.GetInt32(0), row.GetFieldValue<int[]>(1), row.GetInt64(2));
        }
        await DictionaryReading.ReadAsync(connection, recording, feed.Catalog, _ => true, cancellation, new(new(newest), EventTime.Max));
        foreach (var sort in DictionarySort.All.Where(s => s.Skip is not null && (int)s.Section < known.Length))
            sort.Skip!(feed.Catalog, known[(int)sort.Section]);
        return new(next);
    }
}
