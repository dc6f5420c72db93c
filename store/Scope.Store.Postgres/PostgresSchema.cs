// Brings a database to the schema that this program wants, by numbered SQL files, each run once.
using System.Globalization;
using Npgsql;

namespace Scope.Store.Postgres;

/// <summary>The tables of the warm tier.</summary>
public static class PostgresSchema
{
    const long AdvisoryLock = 0x5C0BE_5C4E4A; // Two agents that start at once must not both run a file.

    /// <summary>Runs the files that the database has not seen yet; gives the number of the last.</summary>
    public static async Task<int> InitializeAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, $"select pg_advisory_xact_lock({AdvisoryLock})", cancellation);
        await RunAsync(connection, "create schema if not exists scope; create table if not exists scope.schema_version (number integer primary key, applied timestamptz not null default now())", cancellation);
        await using var seen = new NpgsqlCommand("select coalesce(max(number), 0) from scope.schema_version", connection);
        var current = (int)(await seen.ExecuteScalarAsync(cancellation))!;
        foreach (var (number, sql) in Files().Where(f => f.Number > current))
        {
            await RunAsync(connection, sql, cancellation);
            await RunAsync(connection, $"insert into scope.schema_version (number) values ({number})", cancellation);
            current = number;
        }
        await transaction.CommitAsync(cancellation);
        return current;
    }

    static IEnumerable<(int Number, string Sql)> Files()
    {
        var assembly = typeof(PostgresSchema).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("Schema/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (int.Parse(name.AsSpan("Schema/".Length, 3), CultureInfo.InvariantCulture), text.ReadToEnd());
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
