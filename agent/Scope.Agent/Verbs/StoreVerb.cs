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
    static readonly Option<string?> ConnectionFile = new("--connection-file") { Description = $"A file that holds the connection string; else the variable {Variable} does." };
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var init = new Command("init", "Makes or upgrades the schema.") { ConnectionFile, Json };
        init.SetAction((parsed, cancel) => RunAsync(parsed, async database =>
        {
            var version = await PostgresSchema.InitializeAsync(database, cancel);
            Tell(parsed, new { schema = version }, $"The schema is at version {version}.");
        }));
        var ship = new Command("ship", "Writes a recording into the database, each event exactly once, however often it is run.") { Recording, ConnectionFile, Json };
        ship.SetAction((parsed, cancel) => RunAsync(parsed, async database =>
        {
            var recording = OpenRecording.At(parsed.GetValue(Recording)!);
            await PostgresSchema.InitializeAsync(database, cancel);
            var shipped = await PostgresShipper.Of(database, recording).ShipAsync(cancel);
            Tell(parsed, new { shipped, lost = recording.Ledger.Lost }, $"{shipped:N0} events shipped. {Results.LedgerLine(recording)}");
        }));
        return new Command("store", "Recordings in Postgres.") { init, ship };
    }

    static async Task<int> RunAsync(ParseResult parsed, Func<NpgsqlDataSource, Task> work)
    {
        // The connection string is a secret: it never comes by the command line and is never printed.
        try
        {
            await using var database = NpgsqlDataSource.Create(ConnectionOf(parsed.GetValue(ConnectionFile)));
            await work(database);
            return (int)ExitCode.Ok;
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

    static string ConnectionOf(string? file)
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
