// scope-attach store: recordings in Postgres, where other tools and people can ask for them by SQL, and in archives.
using System.CommandLine;
using Npgsql;
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent.Verbs;

static class StoreVerb
{
    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    /// <summary>Where the connection string is.</summary>
    public static readonly Option<string?> ConnectionFile = new("--connection-file") { Description = $"A file that holds the connection string; else the variable {WarmConnection.Variable} does, else [store.warm] of scope.toml." };
    static readonly Option<string> By = new Option<string>("--by") { Description = "Of what: service, route, method or query, all together.", DefaultValueFactory = _ => "service" }.AcceptOnlyFromAmong([.. Enum.GetNames<MinuteSort>().Select(n => n.ToLowerInvariant())]);
    static readonly Option<string> Since = new("--since") { Description = "How far back, such as 30d.", DefaultValueFactory = _ => "1d" };
    static readonly Option<string> Step = new("--step") { Description = "How long each point is, such as 1h.", DefaultValueFactory = _ => "1h" };
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var store = new Command("store", "Recordings in Postgres and in archives.") { Init(), Migrate(), Ship(), Status(), Tidy(), Chart() };
        foreach (var verb in ArchiveVerbs.Create()) store.Add(verb);
        return store;
    }

    static Command Init() => Verb("init", "Makes or upgrades the schema, and the roles scope_writer and scope_reader.", [], async (parsed, settings, database, cancel) =>
    {
        var outcome = await PostgresSchema.InitializeAsync(database, settings.Warm.Choice, cancel);
        Tell(parsed, new { schema = outcome.Version, engine = outcome.Engine.Name, why = outcome.Engine.Why, layout = outcome.Layout, roles = outcome.Roles }, $"The schema is at version {outcome.Version}; hours are kept by {outcome.Engine.Name} ({outcome.Engine.Why}), when they are over in the layout {outcome.Layout}. {outcome.Roles}");
    });

    static Command Migrate() => Verb("migrate", "Upgrades the schema of a database that has one.", [], async (parsed, settings, database, cancel) =>
    {
        var before = await PostgresSchema.VersionAsync(database, cancel);
        if (before == 0) throw new UserError(ExitCode.BadArgument, "the database has no schema of Scope: scope-attach store init makes it");
        if (before > PostgresSchema.Wanted) throw new UserError(ExitCode.BadArgument, $"the schema is at version {before}, and this program knows {PostgresSchema.Wanted}: use the newer one");
        var outcome = await PostgresSchema.InitializeAsync(database, settings.Warm.Choice, cancel);
        Tell(parsed, new { before, schema = outcome.Version, engine = outcome.Engine.Name, why = outcome.Engine.Why, layout = outcome.Layout, roles = outcome.Roles }, $"The schema went from version {before} to {outcome.Version}. {outcome.Roles}");
    });

    static Command Ship() => Verb("ship", "Writes a recording into the database, each event exactly once, however often it is run; also one that is still being made, as far as it is.", [Recording], async (parsed, settings, database, cancel) =>
    {
        var folder = parsed.GetValue(Recording)!;
        if (RecordingInfo.TryRead(folder, out var info) is { } wrong) throw new UserError(ExitCode.BadArgument, wrong);
        using var taken = RecordingPlace.TakeByHand(settings.Spool, folder);
        await PostgresSchema.EnsureAsync(database, settings.Warm.Choice, cancel);
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        using var shipper = await FolderShipper.BeginAsync(database, name, catalog => taken?.Feed(catalog) ?? SpoolFeed.Of(folder, catalog, () => false), cancel);
        var shipped = await shipper.ShipAsync(cancel);
        if (taken is not null) taken.Shipped(shipper.Next);
        else if (SetAside.Is(name)) SetAside.Shipped(folder, RecordingPlace.Warm, shipper.Next);
        if (shipper.Aside is { } aside) Console.Error.WriteLine($"scope-attach: {aside}");
        foreach (var damage in shipper.Damages) Console.Error.WriteLine("scope-attach: " + damage);
        Tell(parsed, new { shipped, lost = info.Ledger.Lost }, $"{shipped:N0} events shipped. {(info.Ledger.Lost == 0 ? "None were lost while recording." : $"{info.Ledger.Lost:N0} were lost while recording.")}");
    });

    static Command Status() => Verb("status", "Says what the spool and the database hold, how large they are, how far each recording has come, and how many events of it wait where its folder is here.", [], async (parsed, settings, database, cancel) =>
    {
        // The spool first: it is what is asked about when the database is down.
        var spool = SpoolStatusText.Of(settings.Spool);
        string[] places = [settings.Output.Folder, settings.Spool.Folder];
        var aside = places.Where(place => place.Length > 0).SelectMany(place => SetAside.In(place, RecordingPlace.Warm)).ToList();
        if (!parsed.GetValue(Json))
        {
            if (spool is not null) SpoolStatusText.Write(Console.Out, spool);
            aside.ForEach(Console.WriteLine);
        }
        var status = await WarmStatus.ReadAsync(database, cancel);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, StoreStatusText.Machine(status, places, spool, aside));
        else StoreStatusText.Write(Console.Out, status, places);
    });

    static Command Tidy() => Verb("tidy", "Packs hours that are over, and drops what store.warm.keep and keep_gb do not keep. Agents that ship do so too.", [], async (parsed, settings, database, cancel) =>
    {
        var done = await WarmUpkeep.RunAsync(database, WarmUpkeep.Keeping(settings.Warm.Keep, settings.Warm.KeepBytes), EventTime.Now, cancel);
        Tell(parsed, done, $"{done.PackedHours} hours packed, {done.PackedEvents:N0} events; {done.DroppedTables} tables dropped.");
    });

    static Command Chart() => Verb("chart", "Shows what happened over days and months, also when its events are long gone.", [By, Since, Step], async (parsed, _, database, cancel) =>
    {
        var points = await MinuteChart.ReadAsync(database, Enum.Parse<MinuteSort>(parsed.GetValue(By)!, ignoreCase: true), EventTime.Now - Duration(parsed, Since), EventTime.Now, TimeSpan.FromTicks(Duration(parsed, Step) / 100), cancel);
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, points);
        else StoreStatusText.Write(Console.Out, points);
    });

    static long Duration(ParseResult parsed, Option<string> option) =>
        TimeText.TryDuration(parsed.GetValue(option)!, out var nanos) && nanos >= 1_000_000_000 ? nanos : throw new UserError(ExitCode.BadArgument, $"{option.Name} '{parsed.GetValue(option)}' is no duration of a second or more. Write 1h, 30d or 00:05:00.");

    static Command Verb(string name, string says, Symbol[] more, Func<ParseResult, Settings, NpgsqlDataSource, CancellationToken, Task> work)
    {
        var verb = new Command(name, says) { ConnectionFile, Config, Json };
        foreach (var symbol in more)
            if (symbol is Argument argument) verb.Add(argument);
            else verb.Add((Option)symbol);
        verb.SetAction((parsed, cancel) => RunAsync(parsed, (settings, database) => work(parsed, settings, database, cancel)));
        return verb;
    }

    static async Task<int> RunAsync(ParseResult parsed, Func<Settings, NpgsqlDataSource, Task> work)
    {
        var settings = CommonOptions.SettingsOf(parsed, Config, []).Settings;
        await WithDatabaseAsync(parsed.GetValue(ConnectionFile), settings.Warm, database => work(settings, database));
        return (int)ExitCode.Ok;
    }

    /// <summary>Opens the database and tells what is wrong with it.</summary>
    /// <param name="connectionFile">The file of --connection-file; null for the variable or the settings.</param>
    /// <param name="warm">The settings.</param>
    /// <param name="work">What is done with it.</param>
    public static async Task WithDatabaseAsync(string? connectionFile, WarmSettings warm, Func<NpgsqlDataSource, Task> work)
    {
        try
        {
            await using var database = WarmConnection.Of(connectionFile, warm);
            await work(database);
        }
        catch (BatchRefusedException e)
        {
            throw new UserError(ExitCode.NotPossible, $"Postgres refuses the events {e.First} to {e.First.Value + e.Count - 1} for what they are: {WarmTrouble.Text(e)}. Mend that (a constraint, a trigger, what a column may hold) and run the command again; until then they stay where they are.");
        }
        catch (NpgsqlException e)
        {
            throw new UserError(ExitCode.CouldNotAttach, $"Postgres: {WarmTrouble.Text(e)}. Nothing that was shipped before is lost; run the command again when the server is back.");
        }
        catch (InvalidDataException e)
        {
            throw new UserError(ExitCode.NotPossible, $"Postgres: {e.Message}");
        }
    }

    static void Tell<T>(ParseResult parsed, T machine, string people)
    {
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, machine);
        else Console.WriteLine(people);
    }
}
