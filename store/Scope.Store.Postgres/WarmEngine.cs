// What differs between the ways in which a server can keep hours: how one that is over is closed and how those that need not be
// kept go. Where rows lie, how large they are and how minutes are charted differ too, but only in the schema: the files for an
// engine give the same tables, views and functions another body. All else is written once.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>Which engine is wanted.</summary>
public enum WarmEngineChoice
{
    /// <summary>The best that the server has; see <see cref="EngineChoice"/>.</summary>
    Auto,
    /// <summary>TimescaleDB.</summary>
    Timescale,
    /// <summary>Partitions of Postgres's own.</summary>
    Native,
    /// <summary>Partitions that Citus distributes.</summary>
    Citus,
}

/// <summary>A way of keeping hours.</summary>
interface IWarmEngine
{
    /// <summary>What it is, and what its files in Schema are called after.</summary>
    WarmEngineChoice Kind { get; }

    /// <summary>The extension that it needs; null for none.</summary>
    ServerExtension? Extension { get; }

    /// <summary>Whether events may come as batches at once; else only as rows, which the server makes small in its own way.</summary>
    bool TakesBatches { get; }

    /// <summary>Makes an hour that is over small; null when it is busy, and is to be tried again later.</summary>
    Task<PackedHour?> CloseAsync(NpgsqlDataSource database, Hour hour, CancellationToken cancellation);

    /// <summary>Drops the hours before one, and what closing has emptied; gives how many tables went. What is busy goes the next time.</summary>
    Task<int> DropAsync(NpgsqlConnection connection, IReadOnlyList<HourTable> tables, Hour before, WarmKeeping keeping, EventTime now, CancellationToken cancellation);
}

/// <summary>The engines.</summary>
static class WarmEngines
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IWarmEngine> All { get; } = [new PartitionEngine(), new TimescaleEngine(), new CitusEngine()];

    /// <summary>The engine of a sort.</summary>
    public static IWarmEngine Of(WarmEngineChoice kind) => All.Single(e => e.Kind == kind);

    /// <summary>The engine that a database was made for.</summary>
    public static async Task<IWarmEngine> OfAsync(NpgsqlDataSource database, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await ToldAsync(connection, cancellation)).Engine;
    }

    /// <summary>The engine that a database was made for, and why.</summary>
    public static async Task<(IWarmEngine Engine, string Why)> ToldAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select name, why from scope.engine", connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (Of(Enum.Parse<WarmEngineChoice>(row.GetString(0), ignoreCase: true)), row.GetString(1));
    }
}
