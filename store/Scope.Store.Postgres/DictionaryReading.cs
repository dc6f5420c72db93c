// A recording's dictionaries out of the database: entries come by rising id and so get the same ids again.
using Npgsql;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Fills a catalog from a recording's rows and blocks.</summary>
static class DictionaryReading
{
    const string Blocks = """
        select sort, first_id, last_id, data from scope.lasting where recording = $1
        union all select sort, first_id, last_id, data from scope.loose where recording = $1
        union all select sort, first_id, last_id, data from scope.packed where recording = $1
        order by 1, 2
        """;

    /// <summary>Reads the entries of some sorts; in a transaction that sees one state of the database.</summary>
    public static async Task ReadAsync(NpgsqlConnection connection, int recording, Catalog catalog, Func<DictionarySort, bool> wanted, CancellationToken cancellation)
    {
        var sorts = DictionarySort.All.Where(wanted).ToDictionary(s => (short)s.Section);
        await using (var command = Command("select sort, id, entry from scope.dictionary where recording = $1 order by sort, id", connection, recording))
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
            while (await rows.ReadAsync(cancellation))
                if (sorts.TryGetValue(rows.GetInt16(0), out var sort)) Read(catalog, sort, rows.GetInt32(1), rows.GetFieldValue<byte[]>(2));
        var buffer = Array.Empty<byte>();
        await using (var command = Command(Blocks, connection, recording))
        await using (var rows = await command.ExecuteReaderAsync(cancellation))
            while (await rows.ReadAsync(cancellation))
            {
                var number = rows.GetInt16(0);
                var isNews = number == CodeNodeUpdates.Sort && sorts.ContainsKey((short)DictionarySection.CodeNodes);
                if (!isNews && !sorts.ContainsKey(number)) continue;
                var block = new DictionaryBlock(number, rows.GetInt32(1), rows.GetInt32(2), rows.GetFieldValue<byte[]>(3));
                if (isNews) CodeNodeUpdates.Read(catalog, block, ref buffer);
                else DictionaryBlocks.Read(catalog, sorts[number], block, ref buffer);
            }
    }

    static void Read(Catalog catalog, DictionarySort sort, int id, byte[] bytes)
    {
        var entry = new ByteCursor(bytes);
        sort.Read(catalog, ref entry);
        if (entry.Mistake is { } mistake) throw new InvalidDataException($"scope.dictionary, sort {sort.Section}, id {id}: {mistake}");
        if (sort.LastId(catalog) != id) throw new InvalidDataException($"scope.dictionary, sort {sort.Section}: the entry {id} is missing or there twice");
    }

    static NpgsqlCommand Command(string sql, NpgsqlConnection connection, int recording) => new(sql, connection) { Parameters = { new() { Value = recording } } };
}
