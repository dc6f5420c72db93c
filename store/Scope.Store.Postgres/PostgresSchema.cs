// Brings a database to the schema that this program wants, by numbered SQL files, each run once; then to the roles, where
// the connected user may make them. A file that is called after an engine is run where that is the database's.
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>What came of initializing a database.</summary>
/// <param name="Version">The number of the last file that was run.</param>
/// <param name="Engine">How it keeps hours: native, timescale or citus; and why.</param>
/// <param name="Layout">In which layout it keeps hours that will be over: compact or sql.</param>
/// <param name="Roles">Whether scope_writer and scope_reader are there with their rights; else why not, and what to do.</param>
public sealed record SchemaOutcome(int Version, (string Name, string Why) Engine, string Layout, string Roles);

/// <summary>The tables of the warm tier.</summary>
public static class PostgresSchema
{
    const long AdvisoryLock = 0x5C0BE_5C4E4A; // Two agents that start at once must not both run a file.
    const string Files = "Schema/", SqlEnd = ".sql", ExtensionSchema = "@extschema@", NotAllowed = "42501", NoTable = "42P01";

    /// <summary>The version that this program wants.</summary>
    public static int Wanted { get; } = Numbered().Max(f => f.Number);

    /// <summary>Runs the files that the database has not seen yet, and makes the roles.</summary>
    /// <param name="database">The database.</param>
    /// <param name="choice">How it is to keep hours; what has been made for another engine is refused, and another layout is for hours to come.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The engine cannot be had, or the schema is of a newer Scope; the message says what to do.</exception>
    public static async Task<SchemaOutcome> InitializeAsync(NpgsqlDataSource database, WarmChoice choice = default, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, $"select pg_advisory_xact_lock({AdvisoryLock})", cancellation);
        await RunAsync(connection, "create schema if not exists scope; create table if not exists scope.schema_version (number integer primary key, applied timestamptz not null default now())", cancellation);
        var current = await NumberAsync(connection, cancellation);
        RefuseNewer(current);
        var (kept, why) = current == 0 ? await EngineChoice.DecideAsync(database, choice.Engine, cancellation) : await EngineOfAsync(connection, current, cancellation);
        EngineChoice.RefuseAnother(kept, choice.Engine);
        foreach (var file in Numbered().Where(f => f.Number > current && (f.Engine is null || f.Engine == EngineChoice.Word(kept.Kind))).ToList())
            await RunAsync(connection, await PlacedAsync(connection, file.Sql, kept, cancellation), cancellation);
        await RunAsync(connection, $"insert into scope.schema_version (number) select generate_series({current + 1}, {Wanted})", cancellation);
        await TellEngineAsync(connection, kept, why, cancellation);
        var layout = await LayoutChoice.SetAsync(connection, kept, choice.Layout, cancellation);
        await NameKindsAsync(connection, cancellation);
        await transaction.CommitAsync(cancellation);
        return new(Math.Max(current, Wanted), (EngineChoice.Word(kept.Kind), why), LayoutChoice.Word(layout), await RolesAsync(connection, cancellation));
    }

    /// <summary>Makes or upgrades the schema where it is not there yet; who may only write finds it there and needs no right to.</summary>
    /// <exception cref="InvalidDataException">It was made for another engine, has another layout or is of a newer Scope; the message says what to do.</exception>
    public static async Task EnsureAsync(NpgsqlDataSource database, WarmChoice choice = default, CancellationToken cancellation = default)
    {
        var version = await VersionAsync(database, cancellation);
        RefuseNewer(version);
        if (version < Wanted) await InitializeAsync(database, choice, cancellation);
        else if (choice != default)
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var (engine, _) = await WarmEngines.ToldAsync(connection, cancellation);
            EngineChoice.RefuseAnother(engine, choice.Engine);
            if (engine.TakesBatches) LayoutChoice.RefuseAnother(await LayoutChoice.ToldAsync(connection, cancellation), choice.Layout);
        }
    }

    // What a newer Scope has changed in it, this one cannot know.
    static void RefuseNewer(int version)
    {
        if (version > Wanted) throw new InvalidDataException($"the schema of the database is of a newer Scope (version {version}, and this one knows {Wanted}): update Scope here; what is recorded waits in its folder until then");
    }

    /// <summary>The version that a database is at; 0 where it has no schema of ours.</summary>
    public static async Task<int> VersionAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            return await NumberAsync(connection, cancellation);
        }
        catch (PostgresException e) when (e.SqlState == NoTable)
        {
            return 0;
        }
    }

    internal static async Task<int> NumberAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var seen = new NpgsqlCommand("select coalesce(max(number), 0) from scope.schema_version", connection);
        return (int)(await seen.ExecuteScalarAsync(cancellation))!;
    }

    static async Task<string> RolesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await RunAsync(connection, $"select pg_advisory_xact_lock({AdvisoryLock})", cancellation);
            await RunAsync(connection, Text("Roles.sql"), cancellation);
            await transaction.CommitAsync(cancellation);
            return "scope_writer and scope_reader are there; grant one to each user that connects.";
        }
        catch (PostgresException e) when (e.SqlState == NotAllowed)
        {
            return $"scope_writer and scope_reader were not made ({e.MessageText}): let a user that may create roles run \"scope-attach store init\" too, or \"create role scope_writer nologin; create role scope_reader nologin\" and run it again.";
        }
    }

    static async Task NameKindsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        const string Sql = """
            insert into scope.kind select * from unnest($1, $2, $3)
            on conflict (number) do update set name = excluded.name, is_duration = excluded.is_duration where (kind.name, kind.is_duration) <> (excluded.name, excluded.is_duration)
            """;
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = EventKinds.All.Select(k => (short)k.Kind).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Smallint },
                new() { Value = EventKinds.All.Select(k => k.Text).ToArray() },
                new() { Value = EventKinds.All.Select(k => EventKinds.HasDuration(k.Kind)).ToArray() },
            },
        };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    const int FirstWithEngines = 3;

    /// <summary>How a database keeps hours, also one of before there was a choice.</summary>
    internal static async Task<IWarmEngine> EngineAsync(NpgsqlConnection connection, CancellationToken cancellation) => (await EngineOfAsync(connection, await NumberAsync(connection, cancellation), cancellation)).Engine;

    static async Task<(IWarmEngine Engine, string Why)> EngineOfAsync(NpgsqlConnection connection, int version, CancellationToken cancellation) =>
        version < FirstWithEngines ? (WarmEngines.Of(WarmEngineChoice.Native), "the schema is from before there was a choice") : await WarmEngines.ToldAsync(connection, cancellation);

    static async Task TellEngineAsync(NpgsqlConnection connection, IWarmEngine engine, string why, CancellationToken cancellation)
    {
        await using var tell = new NpgsqlCommand("insert into scope.engine (name, why) values ($1, $2) on conflict do nothing", connection) { Parameters = { new() { Value = EngineChoice.Word(engine.Kind) }, new() { Value = why } } };
        await tell.ExecuteNonQueryAsync(cancellation);
    }

    // Extensions may lie in any schema.
    static async Task<string> PlacedAsync(NpgsqlConnection connection, string sql, IWarmEngine engine, CancellationToken cancellation)
    {
        if (!sql.Contains(ExtensionSchema, StringComparison.Ordinal)) return sql;
        await using var command = new NpgsqlCommand("select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = $1", connection) { Parameters = { new() { Value = engine.Extension!.Name } } };
        return sql.Replace(ExtensionSchema, (string)(await command.ExecuteScalarAsync(cancellation))!, StringComparison.Ordinal);
    }

    static IEnumerable<(int Number, string? Engine, string Sql)> Numbered() =>
        from name in typeof(PostgresSchema).Assembly.GetManifestResourceNames()
        where name.StartsWith(Files, StringComparison.Ordinal)
        orderby name
        let words = name[Files.Length..^SqlEnd.Length].Split('.')
        select (int.Parse(words[0].AsSpan(0, 3), CultureInfo.InvariantCulture), words.ElementAtOrDefault(1), Text(name));

    static string Text(string resource)
    {
        using var text = new StreamReader(typeof(PostgresSchema).Assembly.GetManifestResourceStream(resource)!);
        return text.ReadToEnd();
    }

    internal static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
