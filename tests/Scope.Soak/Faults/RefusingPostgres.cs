// A database that does not take what it is given: the wrong password, a schema of a newer Scope, or a server that
// hangs. Recording goes on and says what is wrong; nothing of the folder is lost, and the database gets it later.
using Npgsql;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class RefusingPostgres
{
    const int Stop = 19, Continue = 18;

    /// <summary>A way to refuse.</summary>
    /// <param name="What">It in words.</param>
    /// <param name="Connection">The database that the agent is given.</param>
    /// <param name="Says">What the agent must say.</param>
    sealed record Refusal(string What, string Connection, string Says);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var target = await Recorded.StartTargetAsync();
        List<BenchmarkRow> rows = [];
        Refusal[] refusals =
        [
            new("the wrong password", server.ConnectionString.Replace("Password=", "Password=not-"), "28P01"),
            new("the schema of a newer Scope", await NewerAsync(server), "newer"),
        ];
        foreach (var part in await Task.WhenAll(refusals.Select(r => TryAsync(run, target, r, server)))) rows.AddRange(part);
        rows.AddRange(await HangAsync(run, target, server));
        return rows;
    }

    // What cannot be shipped there is shipped elsewhere afterwards, as once the mistake is mended.
    static async Task<IReadOnlyList<BenchmarkRow>> TryAsync(FaultRun run, ChildProcess target, Refusal refusal, PostgresServer server)
    {
        using var folder = new TemporaryFolder("refused");
        var ended = await RecordAsync(run, target, folder, refusal.Connection);
        return [.. Told(refusal.What, ended, refusal.Says), .. await WholeAsync(folder, await DatabaseAsync(server, $"mended_{Math.Abs(refusal.What.GetHashCode())}"))];
    }

    static async Task<IReadOnlyList<BenchmarkRow>> HangAsync(FaultRun run, ChildProcess target, PostgresServer server)
    {
        using var folder = new TemporaryFolder("hangs");
        var recording = RecordAsync(run, target, folder, server.ConnectionString);
        await Recorded.UntilWrittenAsync(folder);
        foreach (var process in ServerProcesses(server)) ChildProcess.Signal(process, Stop);
        var ended = await recording;
        foreach (var process in ServerProcesses(server)) ChildProcess.Signal(process, Continue);
        return [.. Told("the server hangs", ended, "What is missing there is in the recording"), .. await WholeAsync(folder, server.ConnectionString)];
    }

    static IEnumerable<BenchmarkRow> Told(string what, Ended ended, string says)
    {
        var isSaid = ended.Errors.Contains(says, StringComparison.OrdinalIgnoreCase);
        return [BenchmarkRow.Alone($"{what}: how the agent ended", "0", ended.ExitCode, "", ended.ExitCode == 0), BenchmarkRow.Alone($"  it says why{(isSaid ? "" : ": " + ended.Errors)}", says, isSaid ? 1 : 0, "", isSaid)];
    }

    static Task<Ended> RecordAsync(FaultRun run, ChildProcess target, TemporaryFolder folder, string connection) =>
        ChildProcess.RunAsync(Recorded.ScopeAttach, [$"{target.Id}", "--duration", run.IsLong ? "30s" : "2s", "--quiet", "--no-report", "--snapshot", "none", "-o", folder.Path], TimeSpan.FromMinutes(2),
            new Dictionary<string, string?> { ["SCOPE__STORE__WARM__CONNECTION"] = connection });

    static async Task<IReadOnlyList<BenchmarkRow>> WholeAsync(TemporaryFolder folder, string connection)
    {
        var path = Directory.GetDirectories(folder.Path, "*.scope").Single();
        var recording = RecordingReader.Open(path);
        var shipped = await ChildProcess.RunAsync(Recorded.ScopeAttach, ["store", "ship", path], TimeSpan.FromMinutes(2), new Dictionary<string, string?> { ["SCOPE__STORE__WARM__CONNECTION"] = connection });
        await using var database = NpgsqlDataSource.Create(connection);
        var there = await PostgresHistory.OpenAsync(database, Path.GetFileName(path));
        return
        [
            Measures.Some("  events recorded", recording.Count),
            Measures.None("  events lost by folder or database", recording.Ledger.Losses.Where(l => l.Source is LossSource.Disk or LossSource.Tier or LossSource.Spool).Sum(l => l.Count)),
            Measures.All($"  in the database once it takes them{(shipped.ExitCode == 0 ? "" : ": " + shipped.Errors)}", there?.CountOf(EventQuery.All) ?? 0, recording.Count),
        ];
    }

    static async Task<string> DatabaseAsync(PostgresServer server, string name)
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString);
        await using var make = source.CreateCommand($"create database {name}");
        await make.ExecuteNonQueryAsync();
        return server.ConnectionString.Replace("Database=postgres", "Database=" + name);
    }

    static async Task<string> NewerAsync(PostgresServer server)
    {
        var connection = await DatabaseAsync(server, "newer");
        await using var newer = NpgsqlDataSource.Create(connection);
        await using var schema = newer.CreateCommand("create schema scope; create table scope.schema_version (number integer primary key, applied timestamptz not null default now()); insert into scope.schema_version (number) select generate_series(1, 999)");
        await schema.ExecuteNonQueryAsync();
        return connection;
    }

    static List<int> ServerProcesses(PostgresServer server) =>
        [.. Directory.GetDirectories("/proc").Select(p => int.TryParse(Path.GetFileName(p), out var id) ? id : 0).Where(id => id > 0 && WorksIn(id, Path.Combine(server.Folder, "data")))];

    static bool WorksIn(int process, string folder)
    {
        try
        {
            return new FileInfo($"/proc/{process}/cwd").LinkTarget == folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
