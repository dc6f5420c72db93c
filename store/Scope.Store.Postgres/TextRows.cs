// What names, methods, threads and processes are called, as text for people and for SQL.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Writes scope.text.</summary>
static class TextRows
{
    const int TextsInARow = 512; // Enough to be compressed well, few enough to be looked into quickly.

    /// <summary>Adds the texts of new entries.</summary>
    public static async Task AddAsync(NpgsqlConnection connection, int recording, Catalog catalog, IReadOnlyList<(DictionarySort Sort, int First, int Last)> news, CancellationToken cancellation)
    {
        if (news.Count == 0) return;
        await using var rows = await connection.BeginBinaryImportAsync("copy scope.text (recording, sort, first_id, texts) from stdin (format binary)", cancellation);
        foreach (var (sort, first, last) in news)
            for (var from = first; from <= last; from += TextsInARow)
            {
                await rows.StartRowAsync(cancellation);
                await rows.WriteAsync(recording, NpgsqlDbType.Integer, cancellation);
                await rows.WriteAsync((short)sort.Section, NpgsqlDbType.Smallint, cancellation);
                await rows.WriteAsync(from, NpgsqlDbType.Integer, cancellation);
                var texts = Enumerable.Range(from, Math.Min(TextsInARow, last - from + 1)).Select(id => Plain(sort.Text!(catalog, id))).ToArray();
                await rows.WriteAsync(texts, NpgsqlDbType.Array | NpgsqlDbType.Text, cancellation);
            }
        await rows.CompleteAsync(cancellation);
    }

    /// <summary>Replaces the text of an entry.</summary>
    public static async Task ReplaceAsync(NpgsqlConnection connection, int recording, DictionarySort sort, Catalog catalog, int id, CancellationToken cancellation)
    {
        const string Sql = "update scope.text set texts[$3 - first_id + 1] = $4 where recording = $1 and sort = $2 and first_id = (select max(first_id) from scope.text where recording = $1 and sort = $2 and first_id <= $3)";
        await using var update = new NpgsqlCommand(Sql, connection)
        {
            Parameters = { new() { Value = recording }, new() { Value = (short)sort.Section }, new() { Value = id }, new() { Value = Plain(sort.Text!(catalog, id)) } },
        };
        await update.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Postgres's text can hold neither a zero character nor a lone surrogate.</summary>
    static string Plain(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
