// scope-attach store: recordings in Postgres, where other tools and people can ask for them by SQL.
using System.CommandLine;
using Npgsql;
using Scope.Store.Postgres;

namespace Scope.Agent.Verbs;

static class StoreVerb
{
    /// <summary>The environment variable that holds the connection string, so that it need not stand on a command line.</summary>
    public const string Variable = "SCOPE_POSTGRES";

    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    /// <summary>Where the connection string is.</summary>
    public static readonly Option<string?> ConnectionFile = new("--connection-file") { Description = $"A file that holds the connection string; else the variable {Variable} does." };
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var store = new Command("store", "Recordings in Postgres and in archives.") { Init(), Migrate(), Ship(), Status() };
        foreach (var verb in ArchiveVerbs.Create()) store.Add(verb);
        return store;
    }

    static Command Init() => Verb("init", "Makes or upgrades the schema, and the roles scope_writer and scope_reader.", [], async (parsed, database, cancel) =>
    {
        var outcome = await PostgresSchema.InitializeAsync(database, cancel);
        Tell(parsed, new { schema = outcome.Version, roles = outcome.Roles }, $"The schema is at version {outcome.Version}. {outcome.Roles}");
    });

    static Command Migrate() => Verb("migrate", "Upgrades the schema of a database that has one.", [], async (parsed, database, cancel) =>
    {
        var before = await PostgresSchema.VersionAsync(database, cancel);
        if (before == 0) throw new UserError(ExitCode.BadArgument, "the database has no schema of Scope: scope-attach store init makes it");
        if (before > PostgresSchema.Wanted) throw new UserError(ExitCode.BadArgument, $"the schema is at version {before}, and this program knows {PostgresSchema.Wanted}: use the newer one");
        var outcome = await PostgresSchema.InitializeAsync(database, cancel);
        Tell(parsed, new { before, schema = outcome.Version, roles = outcome.Roles }, $"The schema went from version {before} to {outcome.Version}. {outcome.Roles}");
    });

    static Command Ship() => Verb("ship", "Writes a recording into the database, each event exactly once, however often it is run.", [Recording], async (parsed, database, cancel) =>
    {
        var recording = OpenRecording.At(parsed.GetValue(Recording)!);
        await PostgresSchema.InitializeAsync(database, cancel);
        var shipped = await PostgresShipper.Of(database, recording).ShipAsync(cancel);
        Tell(parsed, new { shipped, lost = recording.Ledger.Lost }, $"{shipped:N0} events shipped. {Results.LedgerLine(recording)}");
    });

    static Command Status() => Verb("status", "Says what the database holds, how large it is, and how far each recording has come.", [], async (parsed, database, cancel) =>
    {
        var status = await WarmStatus.ReadAsync(database, cancel);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, StoreStatusText.Machine(status));
        else StoreStatusText.Write(Console.Out, status);
    });

    static Command Verb(string name, string says, Argument[] arguments, Func<ParseResult, NpgsqlDataSource, CancellationToken, Task> work)
    {
        var verb = new Command(name, says) { ConnectionFile, Json };
        foreach (var argument in arguments) verb.Add(argument);
        verb.SetAction((parsed, cancel) => RunAsync(parsed, database => work(parsed, database, cancel)));
        return verb;
    }

    static async Task<int> RunAsync(ParseResult parsed, Func<NpgsqlDataSource, Task> work)
    {
        await WithDatabaseAsync(parsed.GetValue(ConnectionFile), work);
        return (int)ExitCode.Ok;
    }

    /// <summary>Opens the database and tells what is wrong with it.</summary>
    /// <param name="connectionFile">The file of --connection-file; null for the variable.</param>
    /// <param name="work">What is done with it.</param>
    public static async Task WithDatabaseAsync(string? connectionFile, Func<NpgsqlDataSource, Task> work)
    {
        // The connection string is a secret: it never comes by the command line and is never printed.
        try
        {
            await using var database = NpgsqlDataSource.Create(ConnectionOf(connectionFile));
            await work(database);
        }
        catch (ArgumentException e)
        {
            throw new UserError(ExitCode.BadArgument, $"the connection string cannot be read: {e.Message}");
        }
        catch (NpgsqlException e)
        {
            throw new UserError(ExitCode.CouldNotAttach, $"Postgres: {e.Message}. Nothing that was shipped before is lost; run the command again when the server is back.");
        }
    }

    /// <summary>The connection string of a file or of the variable.</summary>
    public static string ConnectionOf(string? file)
    {
        try
        {
            return (file is null ? Environment.GetEnvironmentVariable(Variable) : File.ReadAllText(file).Trim())
                ?? throw new UserError(ExitCode.BadArgument, $"which database? Set {Variable} to a connection string, or give --connection-file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.BadArgument, $"--connection-file {file}: {e.Message}");
        }
    }

    static void Tell<T>(ParseResult parsed, T machine, string people)
    {
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, machine);
        else Console.WriteLine(people);
    }
}
