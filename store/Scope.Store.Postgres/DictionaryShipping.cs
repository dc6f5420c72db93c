// The dictionary entries that shipped events need: what is new since the last batch, and what has been learnt of entries
// that are there already. It knows what the database has as long as every transaction commits; after one that did not, a
// new one is made, which asks.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Ships the entries of one catalog to one recording.</summary>
sealed class DictionaryShipping
{
    static readonly DictionarySort[] Rows = [.. DictionarySort.All.Where(s => s.Place == EntryPlace.Row)];

    readonly Catalog _catalog;
    readonly int _recording;
    readonly int[] _known = new int[(int)DictionarySection.ThreadUpdates + 1]; // By sort: the last id that the database has.
    readonly CodeNodeUpdates _updates;
    readonly Dictionary<(DictionarySection, int), object> _told = []; // Targets and threads: few, and more is learnt of them.

    DictionaryShipping(Catalog catalog, int recording) => (_catalog, _recording, _updates) = (catalog, recording, new(catalog));

    /// <summary>Begins where the database is.</summary>
    public static async Task<DictionaryShipping> BeginAsync(NpgsqlConnection connection, int recording, int[] known, Catalog catalog, CancellationToken cancellation)
    {
        var shipping = new DictionaryShipping(catalog, recording);
        known.CopyTo(shipping._known, 0);
        if (known.Length > 0)
        {
            // What was told of a code node is told again when it differs from what is there.
            var there = new Catalog();
            await DictionaryReading.ReadAsync(connection, recording, there, s => s.Place != EntryPlace.Passing, cancellation);
            for (var node = 1; node <= known[(int)DictionarySection.CodeNodes]; node++)
                if (there.CodeNodes.MethodOf(new(node)).IsNone) shipping._updates.ShippedWithoutMethod(node);
        }
        return shipping;
    }

    /// <summary>The last ids that the database has once the transaction commits, by sort.</summary>
    public int[] Known => _known;

    /// <summary>Writes what is new, in the connection's transaction.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="time">A time of the events that come with it, whose hour it goes with.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(NpgsqlConnection connection, EventTime time, CancellationToken cancellation)
    {
        await WriteRowsAsync(connection, cancellation);
        await WriteLearntAsync(connection, cancellation);
        await WriteBlocksAsync(connection, "lasting", NewBlocks(EntryPlace.Lasting).Concat(Learnt()), null, cancellation);
        await WriteBlocksAsync(connection, "loose", NewBlocks(EntryPlace.Passing), time, cancellation);
    }

    async Task WriteRowsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (!Rows.Any(s => s.LastId(_catalog) > _known[(int)s.Section])) return;
        await using var rows = await connection.BeginBinaryImportAsync("copy scope.dictionary (recording, sort, id, readable, entry) from stdin (format binary)", cancellation);
        foreach (var sort in Rows)
        {
            var last = sort.LastId(_catalog);
            for (var id = _known[(int)sort.Section] + 1; id <= last; id++)
            {
                var (readable, entry) = Row(sort, id);
                await rows.StartRowAsync(cancellation);
                await rows.WriteAsync(_recording, NpgsqlDbType.Integer, cancellation);
                await rows.WriteAsync((short)sort.Section, NpgsqlDbType.Smallint, cancellation);
                await rows.WriteAsync(id, NpgsqlDbType.Integer, cancellation);
                await rows.WriteAsync(readable, NpgsqlDbType.Text, cancellation);
                await rows.WriteAsync(entry, NpgsqlDbType.Bytea, cancellation);
                if (LearntOf(sort.Section, id) is { } now) _told[(sort.Section, id)] = now;
            }
            _known[(int)sort.Section] = last;
        }
        await rows.CompleteAsync(cancellation);
    }

    // Threads get their names, and processes their application, while they run.
    async Task WriteLearntAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        foreach (var sort in Rows)
            for (var id = 1; id <= _known[(int)sort.Section] && LearntOf(sort.Section, id) is { } now; id++)
            {
                if (_told.TryGetValue((sort.Section, id), out var told) && Equals(told, now)) continue;
                var (readable, entry) = Row(sort, id);
                await using var update = new NpgsqlCommand("update scope.dictionary set readable = $4, entry = $5 where recording = $1 and sort = $2 and id = $3", connection)
                {
                    Parameters = { new() { Value = _recording }, new() { Value = (short)sort.Section }, new() { Value = id }, new() { Value = readable }, new() { Value = entry } },
                };
                await update.ExecuteNonQueryAsync(cancellation);
                _told[(sort.Section, id)] = now;
            }
    }

    /// <summary>What may change of an entry; null for sorts whose entries do not.</summary>
    object? LearntOf(DictionarySection section, int id) => section switch
    {
        DictionarySection.Targets => _catalog.Targets[new((ushort)id)],
        DictionarySection.Threads => _catalog.Threads.NameOf(new(id)),
        _ => null,
    };

    IEnumerable<DictionaryBlock> NewBlocks(EntryPlace place)
    {
        foreach (var sort in DictionarySort.All.Where(s => s.Place == place))
            foreach (var block in DictionaryBlocks.Of(_catalog, sort, _known[(int)sort.Section] + 1))
            {
                _known[(int)sort.Section] = block.LastId;
                if (sort.Section == DictionarySection.CodeNodes)
                    for (var node = block.FirstId; node <= block.LastId; node++) _updates.Shipped(node);
                yield return block;
            }
    }

    IEnumerable<DictionaryBlock> Learnt()
    {
        if (_updates.Take(_known[CodeNodeUpdates.Sort]) is not { } block) yield break;
        _known[CodeNodeUpdates.Sort] = block.LastId;
        yield return block;
    }

    async Task WriteBlocksAsync(NpgsqlConnection connection, string table, IEnumerable<DictionaryBlock> blocks, EventTime? time, CancellationToken cancellation)
    {
        var made = blocks.ToList();
        if (made.Count > 0) await DictionaryBlocks.CopyAsync(connection, table, _recording, made, time, cancellation);
    }

    (string Readable, byte[] Entry) Row(DictionarySort sort, int id)
    {
        var entry = new ByteWriter();
        var readable = sort.Write(_catalog, id, entry);
        return (Readable(readable), entry.Written.ToArray());
    }

    /// <summary>Postgres's text can hold neither a zero character nor a lone surrogate.</summary>
    static string Readable(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
