// A recording's dictionaries out of the database: entries come by rising id and so get the same ids again.
using Npgsql;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Store.Postgres;

/// <summary>Fills a catalog from a recording's blocks.</summary>
static class DictionaryReading
{
    const string Lasting = "select sort, first_id, last_id, data from scope.lasting where recording = $1";

    // Entries come with the first event that needs them and are of the time of the last event that they came with; packed, of the
    // beginning of its hour. So those that an instant's event came with are of the next time that there is, or the next hour.
    const string Passing = """
         union all select sort, first_id, last_id, data from scope.loose where recording = $1 and time_ns >= $2 and time_ns <= coalesce((select min(time_ns) from scope.loose where recording = $1 and time_ns >= $3), $3)
         union all select sort, first_id, last_id, data from scope.packed where recording = $1 and time_ns >= $2 and time_ns <= coalesce((select min(time_ns) from scope.packed where recording = $1 and time_ns > $4), $3)
        """;

    /// <summary>Reads the entries of some sorts; in a transaction that sees one state of the database.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="recording">The recording.</param>
    /// <param name="catalog">Where the entries go.</param>
    /// <param name="wanted">Which sorts.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="window">Of sorts that go with their hours, only those that its events came with, and those of the hour before them, as some are still used. The others keep their numbers.</param>
    public static async Task ReadAsync(NpgsqlConnection connection, int recording, Catalog catalog, Func<DictionarySort, bool> wanted, CancellationToken cancellation, RecordingWindow window)
    {
        var sorts = DictionarySort.All.Where(wanted).SelectMany(s => s.Numbers, (sort, number) => (sort, number)).ToDictionary(s => s.number, s => s.sort);
        var learnt = LearntSort.All.ToDictionary(s => (short)s.Section);
        var buffer = Array.Empty<byte>();
        var withPassing = sorts.Values.Any(s => s.IsPassing);
        await using var command = new NpgsqlCommand($"{Lasting}{(withPassing ? Passing : "")} order by 1, 2", connection) { Parameters = { new() { Value = recording } } };
        long[] ends = [window.From == EventTime.Min ? long.MinValue : new Hour(Hour.Of(window.From).Number - 1).Start.UnixNanos, window.To.UnixNanos, Hour.Of(window.To).Start.UnixNanos];
        foreach (var end in withPassing ? ends : []) command.Parameters.Add(new() { Value = end });
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            var block = new DictionaryBlock(rows.GetInt16(0), rows.GetInt32(1), rows.GetInt32(2), rows.GetFieldValue<byte[]>(3));
            if (learnt.TryGetValue(block.Sort, out var news)) news.ReadBlock(catalog, block, ref buffer);
            else if (sorts.TryGetValue(block.Sort, out var sort)) DictionaryBlocks.Read(catalog, sort, block, ref buffer);
        }
    }
}
