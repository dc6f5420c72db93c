// One recording kept by each engine and in each layout, its hours closed: what an event takes on the disk. Our partitions are on a server started here,
// TimescaleDB and Citus on one that somebody names, as no package of them is at hand everywhere; without one the table says so.
using Npgsql;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Benchmarks;

static class EnginesBenchmark
{
    const long Events = 1_000_000;

    /// <summary>At which rate they come.</summary>
    public const long EventsASecond = 1000;

    /// <summary>The recording.</summary>
    public const string Name = "one";

    /// <summary>The bytes of an event: alone with its indexes, and with names, stacks, payloads and all else but minutes.</summary>
    public readonly record struct Size(double Event, double All);

    public static IEnumerable<BenchmarkRow> Rows() => RowsAsync().GetAwaiter().GetResult();

    static async Task<List<BenchmarkRow>> RowsAsync()
    {
        using var folder = new TemporaryFolder("engines");
        var recording = await WarmRecording.MakeAsync(folder.Path);
        await using var server = await PostgresServer.StartAsync();
        var ours = await SizeAsync(server.ConnectionString, new(WarmEngineChoice.Native), recording.Folder);
        var rows = await LayoutBenchmark.RowsAsync(server.ConnectionString, recording.Folder);
        foreach (var engine in (WarmEngineChoice[])[WarmEngineChoice.Timescale, WarmEngineChoice.Citus])
        {
            var variable = $"SCOPE_TEST_{engine.ToString().ToUpperInvariant()}";
            if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } there)
            {
                rows.Add(BenchmarkRow.Alone($"warm: a closed hour's event, ours alone: {engine} was not run, {variable} names no server", "", ours.Event, "B an event", null));
                continue;
            }
            var theirs = await SizeAsync(there, new(engine), recording.Folder);
            var isMeasured = engine == WarmEngineChoice.Timescale; // Citus keeps our batches.
            rows.Add(new("warm: a closed hour's event, indexes counted", isMeasured ? "≤ 0.6 × TimescaleDB" : "", ours.Event, "B an event", engine.ToString(), theirs.Event, theirs.Event / ours.Event, isMeasured ? ours.Event <= 0.6 * theirs.Event : null));
            rows.Add(new("warm: the same with names, stacks and payloads, which all keep alike", "", ours.All, "B an event", engine.ToString(), theirs.All, theirs.All / ours.All, null));
        }
        return rows;
    }

    /// <summary>Ships a recording made long into a database of its own and closes its hours.</summary>
    public static async Task<Size> SizeAsync(string server, WarmChoice choice, string folder, long events = Events, Func<NpgsqlDataSource, Task>? ask = null)
    {
        var name = $"scope_bench_{Environment.ProcessId}_{choice.Engine}_{choice.Layout}".ToLowerInvariant();
        await RunAsync(server, $"create database {name}");
        try
        {
            await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server) { Database = name, CommandTimeout = 600 }.ConnectionString);
            await PostgresSchema.InitializeAsync(database, choice);
            var recording = RecordingReader.Open(folder); // Its entries come with its events; they are for one shipping only.
            var again = new AgainAndAgain(recording, events, withIdentities: true, EventsASecond);
            await new PostgresShipper(database, Name, recording.Catalog, again.Read, () => recording.Ledger).ShipAsync();
            await WarmUpkeep.RunAsync(database, new(null, null), EventTime.Now);
            await using var vacuum = database.CreateCommand("vacuum full scope.lasting, scope.text, scope.recording; analyze");
            await vacuum.ExecuteNonQueryAsync();
            var status = await WarmStatus.ReadAsync(database);
            if (status.Raw.Bytes > 0) throw new InvalidOperationException($"{choice} left raw hours");
            if (ask is not null) await ask(database);
            return new(status.Packed.Bytes / (double)events, (status.Packed.Bytes + status.DictionaryBytes) / (double)events);
        }
        finally
        {
            await RunAsync(server, $"drop database {name} with (force)");
        }
    }

    static async Task RunAsync(string server, string sql)
    {
        await using var database = NpgsqlDataSource.Create(server);
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
