// How the warm tier is doing: what is there, how large it is, and how far each recording has come. Row counts of raw tables
// are the server's own estimates, as counting them would read them.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>One sort of storage.</summary>
/// <param name="Hours">How many hours have it.</param>
/// <param name="Events">How many events; of raw ones an estimate.</param>
/// <param name="Bytes">Their bytes, indexes counted.</param>
public sealed record WarmPart(int Hours, long Events, long Bytes);

/// <summary>One recording in the warm tier.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shipped">Events before this one are there.</param>
/// <param name="Newest">The time of the newest event that is there; null when there is none.</param>
/// <param name="ShippedAt">When the last events came; null when none did.</param>
public sealed record WarmRecording(string Name, long Shipped, EventTime? Newest, DateTime? ShippedAt);

/// <summary>The state of a warm tier.</summary>
/// <param name="Version">The version of its schema; 0 when there is none.</param>
/// <param name="Wanted">The version that this program wants.</param>
/// <param name="Server">The server's version.</param>
/// <param name="Engine">How its hours are kept: native, timescale or citus.</param>
/// <param name="Why">Why that is its engine.</param>
/// <param name="Layout">In which layout hours to come are kept when they are over: compact or sql.</param>
/// <param name="Raw">Events a row each: those of the current hour, and what came late.</param>
/// <param name="Packed">Events in batches.</param>
/// <param name="DictionaryBytes">The bytes of all dictionaries, indexes counted.</param>
/// <param name="Recordings">The recordings, the last shipped first.</param>
public sealed record WarmStatus(int Version, int Wanted, string Server, string Engine, string Why, string Layout, WarmPart Raw, WarmPart Packed, long DictionaryBytes, IReadOnlyList<WarmRecording> Recordings)
{
    /// <summary>Looks.</summary>
    public static async Task<WarmStatus> ReadAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        var version = await PostgresSchema.VersionAsync(database, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var none = new WarmPart(0, 0, 0);
        if (version == 0) return new(0, PostgresSchema.Wanted, connection.ServerVersion, "", "", "", none, none, 0, []);
        if (version < PostgresSchema.Wanted) return new(version, PostgresSchema.Wanted, connection.ServerVersion, "", "", "", none, none, 0, await RecordingsAsync(connection, cancellation));
        var (engine, why) = await WarmEngines.ToldAsync(connection, cancellation);
        var tables = await HourTables.ReadAsync(connection, cancellation);
        WarmPart Part(string parent) => tables.Where(t => t.Parent == parent && t.Bytes > 0).ToList() is var those ? new(those.Select(t => t.Hour).Distinct().Count(), those.Sum(t => t.Rows), those.Sum(t => t.Bytes)) : none;
        var (events, dictionary) = await NumbersAsync(connection, cancellation);
        var packed = Part("batch");
        return new(version, PostgresSchema.Wanted, connection.ServerVersion, EngineChoice.Word(engine.Kind), why, LayoutChoice.Word(await LayoutChoice.ToldAsync(connection, cancellation)), Part("event"), packed with { Events = packed.Events + events },
            dictionary + Part("loose").Bytes + Part("packed").Bytes, await RecordingsAsync(connection, cancellation));
    }

    static async Task<(long Packed, long DictionaryBytes)> NumbersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = "select (select coalesce(sum(last_id - first_id + 1), 0)::bigint from scope.batch), pg_total_relation_size('scope.text') + pg_total_relation_size('scope.lasting')";
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    static async Task<List<WarmRecording>> RecordingsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var recordings = new List<WarmRecording>();
        await using var command = new NpgsqlCommand("select name, next_event, newest_ns, shipped from scope.recording order by shipped desc nulls last, id desc", connection);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            recordings.Add(new(rows.GetString(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : new(rows.GetInt64(2)), rows.IsDBNull(3) ? null : rows.GetDateTime(3)));
        return recordings;
    }
}
