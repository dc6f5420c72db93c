// Ships a recording into Postgres, batch by batch. Rows, the dictionary entries that they need and the place to go on from
// are committed together, so that however often it breaks off and starts again, every event arrives once. While the server
// takes a batch, the next one is read and packed, if there is one.
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
/// <param name="started">When it began; another recording of the same name is refused by it. Null where that is not known.</param>
public sealed class PostgresShipper(NpgsqlDataSource database, string name, Catalog catalog, EventFeed feed, Func<LedgerSummary> ledger, EventTime? started = null)
{
    const int IdleMillis = 5000;

    readonly HashSet<Hour> _hours = [], _batchHours = []; // Whose tables are there, of raw rows and of batches.
    (IBatchPacking? Packing, bool IsKnown) _way;
    DictionaryShipping? _dictionary;
    EventShipping _now = new(), _ahead = new(); // What has not been committed, and what comes after it.
    long _idleUntil;

    /// <summary>Events before this one are in the database, as far as this shipper knows.</summary>
    public EventId Next { get; private set; }

    /// <summary>The last payload that is in the database; none where that is not known.</summary>
    internal PayloadId LastPayload => new(_dictionary?.Known[(int)Segments.DictionarySection.Payloads] ?? 0);

    /// <summary>Ships what is there and has not been shipped; gives how many events.</summary>
    public async Task<long> ShipAsync(CancellationToken cancellation = default)
    {
        var shipped = 0L;
        while (await ShipBatchAsync(cancellation: cancellation) is > 0 and var events) shipped += events;
        return shipped;
    }

    /// <summary>Ships one batch at most; gives how many events, 0 when there are none for now.</summary>
    /// <param name="isLast">Whether what was learnt of names is shipped also when there are no events; else only now and then.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<int> ShipBatchAsync(bool isLast = true, CancellationToken cancellation = default)
    {
        if (!isLast && Environment.TickCount64 < _idleUntil && Read(Next) == 0) return 0;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        for (var again = false; ; again = true)
        {
            try
            {
                return await ShipBatchAsync(connection, cancellation);
            }
            catch (Exception e)
            {
                _dictionary = null; // What the database has is not known any more.
                _hours.Clear();
                _batchHours.Clear();
                // The hour's tables went after we saw them, as it was packed or dropped: once more with new ones.
                if (again || e is not PostgresException { SqlState: PostgresErrorCodes.CheckViolation }) throw;
            }
        }
    }

    /// <summary>Moves the place past a batch that is refused; false when somebody else has shipped it.</summary>
    internal async Task<bool> PassOverAsync(BatchRefusedException refused, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (recording, next, _) = await PlaceAsync(connection, cancellation);
        if (next > refused.First.Value) return false;
        Next = new(refused.First.Value + refused.Count);
        await MoveAsync(connection, recording, Next.Value, null, cancellation);
        await transaction.CommitAsync(cancellation);
        _now.Clear();
        return true;
    }

    async Task<int> ShipBatchAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (recording, next, known) = await PlaceAsync(connection, cancellation);
        var events = Read(new(next));
        if (events > 0 || known.Length > 0)
        {
            if (_dictionary is null || !_dictionary.Known.AsSpan().SequenceEqual(known)) _dictionary = await DictionaryShipping.BeginAsync(connection, recording, known, catalog, cancellation);
            if (!_way.IsKnown) _way = (await LayoutChoice.PackingAsync(connection, Packing.Brisk, cancellation), true);
            await SendAsync(connection, recording, _now, _dictionary, _way.Packing, cancellation);
            next = events > 0 ? _now.First.Value + events : next;
        }
        var newest = events > 0 ? _now.Events[^1].Time.UnixNanos : default(long?);
        await MoveAsync(connection, recording, next, newest, cancellation);
        await transaction.CommitAsync(cancellation);
        _now.Clear();
        Next = new(next);
        _idleUntil = events > 0 ? 0 : Environment.TickCount64 + IdleMillis;
        return events;
    }

    async Task SendAsync(NpgsqlConnection connection, int recording, EventShipping now, DictionaryShipping dictionary, IBatchPacking? packing, CancellationToken cancellation)
    {
        // What comes with the events is made ready on another core.
        var news = Task.Run(() => (dictionary.Prepare(withPassing: now.Count > 0), MinuteSums.Of(now.Events)), CancellationToken.None);
        now.Pack(packing);
        var (entries, minutes) = await news;
        var ahead = now.IsFull ? Task.Run(() => ReadAhead(new(now.First.Value + now.Count), packing), CancellationToken.None) : Task.CompletedTask;
        try
        {
            await MakeHoursAsync(now, cancellation);
            await RefusableAsync(now, now.WriteAsync(connection, recording, cancellation));
            await dictionary.WriteAsync(connection, entries, now.Count > 0 ? now.Events[^1].Time : EventTime.Min, cancellation);
            await RefusableAsync(now, MinuteRows.AddAsync(connection, recording, minutes, cancellation));
        }
        finally
        {
            await ahead; // Nobody reads when we are not asked to.
        }
    }

    static async Task RefusableAsync(EventShipping now, Task writing)
    {
        try
        {
            await writing;
        }
        catch (PostgresException e) when (now.Count > 0 && BatchRefusedException.IsForGood(e))
        {
            throw new BatchRefusedException(now.First, now.Count, e);
        }
    }

    void ReadAhead(EventId from, IBatchPacking? packing)
    {
        try
        {
            _ahead.Read(feed, from);
            _ahead.Pack(packing);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _ahead.Clear(); // It is read again when its turn comes, and fails then.
        }
    }

    // After a failure the batch is shipped as it was read, rather than read again.
    int Read(EventId from)
    {
        if (_now.Count > 0 && _now.From == from) return _now.Count;
        if (_ahead.Count > 0 && _ahead.From == from) (_now, _ahead) = (_ahead, _now);
        else _now.Read(feed, from);
        return _now.Count;
    }

    // On a connection of its own, as what it locks should be free again at once; with the hours that come next.
    async Task MakeHoursAsync(EventShipping shipping, CancellationToken cancellation)
    {
        if (shipping.Hours.IsSubsetOf(_hours) && shipping.BatchHours.IsSubsetOf(_batchHours)) return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var ahead = Enumerable.Range(1, HoursAhead).Select(i => new Hour(shipping.Hours.Max().Number + i)).Where(h => h.Start > EventTime.Now);
        await HourTables.MakeAsync(connection, HourTables.Raw, shipping.Hours.Concat(ahead), cancellation);
        await HourTables.MakeAsync(connection, HourTables.Batches, shipping.BatchHours, cancellation);
        _hours.UnionWith(shipping.Hours);
        _batchHours.UnionWith(shipping.BatchHours);
    }

    const int HoursAhead = 2;

    /// <summary>The recording's row, made when missing, held until the end of the transaction: two shippers take turns.</summary>
    async Task<(int Id, long Next, int[] Known)> PlaceAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "insert into scope.recording as r (name, started_ns, ledger) values ($1, $2, '{}') on conflict (name) do update set started_ns = coalesce(r.started_ns, excluded.started_ns) returning id, next_event, known, started_ns";
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = name }, new() { Value = (object?)started?.UnixNanos ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        RefuseAnother(name, started, row.IsDBNull(3) ? null : new(row.GetInt64(3)));
        return (row.GetInt32(0), row.GetInt64(1), row.GetFieldValue<int[]>(2));
    }

    /// <summary>Throws where the database has another recording of the name, told by when it began.</summary>
    internal static void RefuseAnother(string name, EventTime? started, EventTime? there)
    {
        if (started is { } own && there is { } other && own != other)
            throw new InvalidDataException($"the database has another recording that is called {name}, which began at {other.ToInstant()}: give this one's folder another name and run scope-attach store ship on it");
    }

    async Task MoveAsync(NpgsqlConnection connection, int recording, long next, long? newest, CancellationToken cancellation)
    {
        const string Sql = "update scope.recording set next_event = $2, ledger = $3::jsonb, known = coalesce($4, known), newest_ns = coalesce($5, newest_ns), shipped = case when $5 is null then shipped else now() end where id = $1";
        await using var move = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = recording }, new() { Value = next }, new() { Value = JsonSerializer.Serialize(ledger()) },
                new() { Value = (object?)_dictionary?.Known ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Integer },
                new() { Value = (object?)newest ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bigint },
            },
        };
        await move.ExecuteNonQueryAsync(cancellation);
    }
}
