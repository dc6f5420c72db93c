// A recording's dictionaries out of the database: entries come by rising id and so get the same ids again.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Fills a catalog from a recording's blocks.</summary>
static class DictionaryReading
{
    const string Lasting = "select sort, first_id, last_id, data from scope.lasting where recording = $1";
    const string Passing = " union all select sort, first_id, last_id, data from scope.loose where recording = $1 and time_ns >= $2 union all select sort, first_id, last_id, data from scope.packed where recording = $1 and time_ns >= $2";

    /// <summary>Reads the entries of some sorts; in a transaction that sees one state of the database.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="catalog">Where the entries go.</param>
    /// <param name="wanted">Which sorts.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="since">Of sorts that go with their hours, only those from here on; all when null.</param>
    public static async Task ReadAsync(NpgsqlConnection connection, int recording, Catalog catalog, Func<DictionarySort, bool> wanted, CancellationToken cancellation, EventTime? since = null)
    {
        var sorts = DictionarySort.All.Where(wanted).SelectMany(s => s.Numbers, (sort, number) => (sort, number)).ToDictionary(s => s.number, s => s.sort);
        var learnt = LearntSort.All.ToDictionary(s => (short)s.Section);
        var buffer = Array.Empty<byte>();
        var withPassing = sorts.Values.Any(s => s.IsPassing);
        await using var command = new NpgsqlCommand($"{Lasting}{(withPassing ? Passing : "")} order by 1, 2", connection) { Parameters = { new() { Value = recording } } };
        if (withPassing) command.Parameters.Add(new() { Value = (since ?? EventTime.Min).UnixNanos });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var block = new DictionaryBlock(rows.GetInt16(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetFieldValue<byte[]>(3));
            if (learnt.TryGetValue(block.Sort, out var news)) news.ReadBlock(catalog, block, ref buffer);
            else if (sorts.TryGetValue(block.Sort, out var sort)) DictionaryBlocks.Read(catalog, sort, block, ref buffer);
        }
    }
}
