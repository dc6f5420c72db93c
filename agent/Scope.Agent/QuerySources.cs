// Where a question is asked: recordings by their folders or names, and for each the tiers that have a part of it: the disk, the
// database where --warm says so, the archive where --archive or --include-cold do.
using Npgsql;
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Cold;
using Scope.Store.Postgres;
using Scope.Store.Query.Merge;
using Scope.Store.Recordings;

namespace Scope.Agent;

/// <summary>What is asked besides folders.</summary>
/// <param name="Warm">The database; null when it is not asked.</param>
/// <param name="Cold">The archive; null when there is none.</param>
/// <param name="IncludeCold">Whether the archive is fetched from, not only listed.</param>
sealed record FurtherTiers(NpgsqlDataSource? Warm, ColdSettings? Cold, bool IncludeCold);

/// <summary>The sources of one question, open.</summary>
sealed class QuerySources : IDisposable
{
    readonly NpgsqlDataSource? _database;
    readonly IArchive? _archive;

    QuerySources(FurtherTiers tiers)
    {
        _database = tiers.Warm;
        _archive = tiers.Cold is { } cold ? ColdArchive.Open(cold) : null;
    }

    /// <summary>All parts as one.</summary>
    public MergedHistory History { get; private set; } = null!;

    /// <summary>Opens the parts of recordings.</summary>
    /// <param name="recordings">Their folders, or their names where they are in the database or the archive only.</param>
    /// <param name="tiers">What is asked besides.</param>
    /// <param name="windowOf">What of a recording is asked for, given the time of its last event as the database knows it.</param>
    public static QuerySources Open(IReadOnlyList<string> recordings, FurtherTiers tiers, Func<EventTime, RecordingWindow> windowOf)
    {
        var sources = new QuerySources(tiers);
        try
        {
            var parts = new List<HistoryPart>();
            foreach (var recording in recordings)
            {
                var found = sources.PartsOf(recording, windowOf).ToList();
                if (found.Count == 0) throw new UserError(ExitCode.BadArgument, $"{recording}: {NotFound(tiers)}");
                parts.AddRange(found);
            }
            if (!tiers.IncludeCold && parts.TrueForAll(part => part.History is ColdHistory)) throw new UserError(ExitCode.BadArgument, $"{recordings[0]} is in the archive only: --include-cold fetches what the answer needs, scope-attach store restore all of it");
            sources.History = new(parts, tiers.IncludeCold);
            return sources;
        }
        catch
        {
            sources.Dispose();
            throw;
        }
    }

    /// <summary>Closes the database and the archive.</summary>
    public void Dispose()
    {
        _database?.Dispose();
        _archive?.Dispose();
    }

    // Newest tier first: the folder is written first, and what is in the archive comes out of the others.
    IEnumerable<HistoryPart> PartsOf(string recording, Func<EventTime, RecordingWindow> windowOf)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(recording));
        if (Directory.Exists(recording) || (_database is null && _archive is null)) yield return new(name, "disk", OpenRecording.At(recording));
        if (_database is not null && PostgresHistory.OpenAsync(_database, name, windowOf).GetAwaiter().GetResult() is { } warm) yield return new(name, "warm", warm);
        if (_archive is not null && ArchiveManifest.Read(_archive, name) is { } manifest) yield return new(name, "cold", new ColdHistory(_archive, manifest));
    }

    static string NotFound(FurtherTiers tiers) =>
        $"there is no such folder, {(tiers.Warm is null ? "and --warm was not given" : "the database has no recording of that name")}, {(tiers.Cold is null ? "nor --archive" : "nor has the archive")}";
}
