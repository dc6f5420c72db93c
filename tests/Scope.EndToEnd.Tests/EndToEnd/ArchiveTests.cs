// A recording goes into a bucket of a real S3 server and out of sight, comes back, and answers as before; and the same by way of
// the database, which forgets it.
using System.Text.Json;
using Npgsql;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class ArchiveTests
{
    const string Place = $"s3://{S3Server.Bucket}/recordings";

    readonly Dictionary<string, string?> _environment = new() { ["AWS_ACCESS_KEY_ID"] = S3Server.Key, ["AWS_SECRET_ACCESS_KEY"] = S3Server.Key };

    [TestMethod]
    public async Task A_recording_that_was_archived_and_dropped_by_disk_and_database_is_restored_and_gives_the_same_answers()
    {
        using var folder = new TemporaryFolder();
        await using var server = await S3Server.StartAsync(folder["server"]);
        _environment["SCOPE__STORE__COLD__ENDPOINT"] = server.Endpoint;
        _environment["SCOPE__STORE__COLD__ARCHIVE"] = Place;
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "memory", requests: 1_000_000, rate: 30);
        var recording = await ScopeAttach.RecordAsync(shop.Id.ToString(), seconds: 3, folder, "--quiet", "--profile", "light");
        var before = await AnswersAsync(recording);

        (await OkAsync("store", "archive", recording, "--remove")).Output.ShouldContain($"archived {Path.GetFileName(recording)}");
        Directory.Exists(recording).ShouldBeFalse();
        using var listed = JsonDocument.Parse((await OkAsync("store", "archived", "--from", "-1h", "--json")).Output);
        var archived = listed.RootElement.GetProperty("done").EnumerateArray().ShouldHaveSingleItem();
        (archived.GetProperty("recording").GetString(), archived.GetProperty("whole").GetBoolean()).ShouldBe((Path.GetFileName(recording), true));

        await OkAsync("store", "restore", "--from", "-1h", "-o", folder.Path);
        (await AnswersAsync(recording)).ShouldBe(before);

        await using (var postgres = await PostgresServer.StartAsync())
        {
            _environment["SCOPE_POSTGRES"] = postgres.ConnectionString;
            await OkAsync("store", "ship", recording);
            Directory.Delete(recording, recursive: true);
            (await AnswersAsync(recording, "--warm")).ShouldBe(before);

            string[] second = ["--archive", folder["second archive"]];
            await OkAsync(["store", "archive", "--warm", .. second]);
            // Two hours later nothing of it is kept.
            await using (var database = NpgsqlDataSource.Create(postgres.ConnectionString)) await WarmUpkeep.RunAsync(database, new(TimeSpan.FromSeconds(1), null), EventTime.Now + 7_200_000_000_000);
            (await OkAsync("query", recording, "--warm", "--format", "json")).Output.ShouldBeEmpty();
            (await AnswersAsync(recording, [.. second, "--include-cold"])).ShouldBe(before);
            await OkAsync(["store", "restore", "--from", "-1h", .. second, "-o", folder["from warm"]]);
            (await AnswersAsync(Path.Combine(folder["from warm"], Path.GetFileName(recording)))).ShouldBe(before);
        }

        // The lifecycle: a copy whose time is short, and an archive that keeps nothing of an hour ago.
        await OkAsync("store", "restore", Path.GetFileName(recording), "-o", folder["short"], "--keep", "1s");
        await Task.Delay(1100);
        _environment["SCOPE__STORE__COLD__KEEP"] = "1s";
        var ended = await OkAsync("store", "archive", "--to", "-1h", "-o", folder["short"]);
        ended.Output.ShouldContain($"expired {Path.GetFileName(recording)}");
        ended.Output.ShouldContain($"removed {Path.GetFileName(recording)}");
        Directory.GetDirectories(folder["short"]).ShouldBeEmpty();
        (await OkAsync("store", "archived")).Output.ShouldBeEmpty();

        _environment["AWS_ACCESS_KEY_ID"] = "nobody";
        (await RunAsync("store", "archived")).ShouldRefuse("the server does not know this access key", ScopeAttach.NotPossible);
    }

    [TestMethod]
    public async Task What_is_missing_is_asked_for()
    {
        (await RunAsync("store", "archive", "--from", "-1d")).ShouldRefuse("which archive?", ScopeAttach.BadArgument);
        using var folder = new TemporaryFolder();
        (await RunAsync("store", "archive", "--archive", folder.Path)).ShouldRefuse("which recordings?", ScopeAttach.BadArgument);
        (await RunAsync("store", "restore", "--archive", folder.Path)).ShouldRefuse("which recordings?", ScopeAttach.BadArgument);
        (await RunAsync("store", "restore", "nobody", "--archive", folder.Path)).ShouldRefuse("holds no recording nobody", ScopeAttach.NotPossible);
        (await RunAsync("store", "archived", "--archive", "s3://")).ShouldRefuse("is no bucket", ScopeAttach.BadArgument);
    }

    /// <summary>What is answered, to the event, by those of the tiers that are asked.</summary>
    async Task<string> AnswersAsync(string recording, params string[] tiers)
    {
        var all = (await OkAsync(["query", recording, "--limit", "9000", "--format", "json", .. tiers])).Output;
        var routes = (await OkAsync(["query", recording, "kind:request", "--group-by", "route", "--aggregate", "count,p99", "--format", "json", .. tiers])).Output;
        routes.ShouldNotBeEmpty();
        return all + routes;
    }

    async Task<Ended> OkAsync(params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        return ended;
    }

    Task<Ended> RunAsync(params string[] arguments) => ChildProcess.RunAsync(ScopeAttach.Program, arguments, environment: _environment);
}
