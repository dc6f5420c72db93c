// Which engine a new database gets. "auto" takes Citus where somebody has made the database a coordinator, as tables beside the
// distributed ones would help nobody; else TimescaleDB where the server has it with its compression; else partitions. What has
// been chosen stays: hours are never carried from one engine to another.
using Npgsql;

namespace Scope.Store.Postgres;

/// <summary>What an engine needs of the server.</summary>
/// <param name="Name">The extension.</param>
/// <param name="IsTakenUnasked">Whether "auto" creates it where the server has it; else it only takes it where it has been created.</param>
/// <param name="Setting">A setting that must have a value, and the value.</param>
sealed record ServerExtension(string Name, bool IsTakenUnasked, (string Name, string Value)? Setting = null);

/// <summary>Decides.</summary>
static class EngineChoice
{
    const string NotAllowed = "42501";

    /// <summary>The engine for a database that has no schema yet, its extension created; why says so in a sentence.</summary>
    /// <exception cref="InvalidDataException">The wanted one cannot be had; the message says what to do.</exception>
    public static async Task<(IWarmEngine Engine, string Why)> DecideAsync(NpgsqlDataSource database, WarmEngineChoice wanted, CancellationToken cancellation)
    {
        if (wanted != WarmEngineChoice.Auto)
        {
            var chosen = WarmEngines.Of(wanted);
            if (chosen.Extension is { } extension && await MissingAsync(database, extension, isAsked: true, cancellation) is { } missing)
                throw new InvalidDataException($"store.warm.engine is {Word(wanted)}, but {missing}; or set store.warm.engine to native, which any Postgres can");
            return (chosen, "store.warm.engine says so");
        }
        var why = new List<string>();
        foreach (var kind in (WarmEngineChoice[])[WarmEngineChoice.Citus, WarmEngineChoice.Timescale])
        {
            var engine = WarmEngines.Of(kind);
            if (await MissingAsync(database, engine.Extension!, isAsked: false, cancellation) is not { } missing) return (engine, $"auto: the server has {engine.Extension!.Name}");
            why.Add(missing);
        }
        return (WarmEngines.Of(WarmEngineChoice.Native), $"auto: {string.Join("; ", why)}");
    }

    /// <summary>Throws where a database was made for another engine than the wanted one.</summary>
    public static void RefuseAnother(IWarmEngine there, WarmEngineChoice wanted)
    {
        if (wanted != WarmEngineChoice.Auto && wanted != there.Kind)
            throw new InvalidDataException($"store.warm.engine is {Word(wanted)}, but the schema in this database was made for {Word(there.Kind)}, and hours are not carried over: set it to {Word(there.Kind)} or auto, or give {Word(wanted)} a database of its own");
    }

    /// <summary>As in scope.toml.</summary>
    public static string Word(WarmEngineChoice kind) => kind.ToString().ToLowerInvariant();

    // Creates the extension, unless it turns out to be of no use.
    static async Task<string?> MissingAsync(NpgsqlDataSource database, ServerExtension extension, bool isAsked, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (isAvailable, isCreated) = await StateAsync(connection, extension.Name, cancellation);
        if (!isAvailable && !isCreated) return $"the server has no extension {extension.Name}: install it there, add it to shared_preload_libraries and restart the server";
        if (!isCreated && !isAsked && !extension.IsTakenUnasked) return $"the extension {extension.Name} is not created in this database";
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await PostgresSchema.RunAsync(connection, $"create extension if not exists {extension.Name} cascade", cancellation);
            if (extension.Setting is { } setting && await ValueAsync(connection, setting.Name, cancellation) is var value && value != setting.Value)
                return $"{setting.Name} is '{value}' on the server: set it to '{setting.Value}', without which {extension.Name} does not compress";
            await transaction.CommitAsync(cancellation);
            return null;
        }
        catch (PostgresException e) when (e.SqlState == NotAllowed)
        {
            return $"this user may not create it: let one who may run \"create extension {extension.Name}\" in this database";
        }
        catch (PostgresException e)
        {
            return $"the extension {extension.Name} cannot be created ({e.MessageText}): add it to shared_preload_libraries and restart the server";
        }
    }

    static async Task<(bool IsAvailable, bool IsCreated)> StateAsync(NpgsqlConnection connection, string extension, CancellationToken cancellation)
    {
        const string Sql = "select exists (select from pg_available_extensions where name = $1), exists (select from pg_extension where extname = $1)";
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new() { Value = extension } } };
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetBoolean(0), row.GetBoolean(1));
    }

    static async Task<string?> ValueAsync(NpgsqlConnection connection, string setting, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select current_setting($1, true)", connection) { Parameters = { new() { Value = setting } } };
        return await command.ExecuteScalarAsync(cancellation) as string;
    }
}
