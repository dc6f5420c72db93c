// In which layout a database keeps hours that are over: compact, or as arrays that plain SQL reads. Kept in scope.engine, as all who
// ship and pack must do alike. It can be changed: a batch tells which it is, so those of before are read as well as ever.
using Npgsql;

namespace Scope.Store.Postgres;

/// <summary>Which layout is wanted.</summary>
public enum WarmLayoutChoice
{
    /// <summary>What the database has; a new one is compact.</summary>
    Auto,
    /// <summary>Bytes that only the program reads.</summary>
    Compact,
    /// <summary>Arrays, which scope.events_readable shows.</summary>
    Sql,
}

/// <summary>How a database is to keep hours.</summary>
/// <param name="Engine">By which engine.</param>
/// <param name="Layout">In which layout, when they are over.</param>
public readonly record struct WarmChoice(WarmEngineChoice Engine = WarmEngineChoice.Auto, WarmLayoutChoice Layout = WarmLayoutChoice.Auto);

/// <summary>Decides.</summary>
static class LayoutChoice
{
    const int FirstWithLayouts = 5;

    /// <summary>The layout for hours to come; also of a database of before there was a choice.</summary>
    public static async Task<WarmLayoutChoice> ToldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (await PostgresSchema.NumberAsync(connection, cancellation) < FirstWithLayouts) return WarmLayoutChoice.Compact;
        await using var command = new NpgsqlCommand("select layout from scope.engine", connection);
        return Enum.Parse<WarmLayoutChoice>((string)(await command.ExecuteScalarAsync(cancellation))!, ignoreCase: true);
    }

    /// <summary>How who ships and who packs make batches; null where the engine takes none.</summary>
    /// <param name="connection">To the database.</param>
    /// <param name="quality">How much is put into making bytes small; see <see cref="Packing"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IBatchPacking?> PackingAsync(NpgsqlConnection connection, int quality, CancellationToken cancellation)
    {
        if (!(await PostgresSchema.EngineAsync(connection, cancellation)).TakesBatches) return null;
        return await ToldAsync(connection, cancellation) == WarmLayoutChoice.Sql ? new ArrayPacking() : new CompactPacking(quality);
    }

    /// <summary>Sets the layout where one is wanted; gives the one that holds. What an engine without batches keeps is rows, which SQL reads.</summary>
    public static async Task<WarmLayoutChoice> SetAsync(NpgsqlConnection connection, IWarmEngine engine, WarmLayoutChoice wanted, CancellationToken cancellation)
    {
        if (!engine.TakesBatches) wanted = WarmLayoutChoice.Sql;
        if (wanted == WarmLayoutChoice.Auto) return await ToldAsync(connection, cancellation);
        await PostgresSchema.RunAsync(connection, $"update scope.engine set layout = '{Word(wanted)}' where layout <> '{Word(wanted)}'", cancellation);
        return wanted;
    }

    /// <summary>Throws where a database has another layout than the wanted one.</summary>
    public static void RefuseAnother(WarmLayoutChoice there, WarmLayoutChoice wanted)
    {
        if (wanted != WarmLayoutChoice.Auto && wanted != there)
            throw new InvalidDataException($"store.warm.layout is {Word(wanted)}, but this database keeps hours in the layout {Word(there)}: run scope-attach store init with this setting, and hours to come are kept so and those of before stay as they are; or set it to {Word(there)} or auto");
    }

    /// <summary>As in scope.toml.</summary>
    public static string Word(WarmLayoutChoice layout) => layout.ToString().ToLowerInvariant();
}
