// An agent ships a busy process into Postgres while all goes wrong that can: the server is stopped for a tenth of the time,
// killed and started again, the agent is killed and another goes on. At the end each event that was sealed must be in the
// database once, memory and spool must have stayed within their limits, and the target must not have noticed.
using System.Diagnostics;
using System.Text.Json;
using Npgsql;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak;

/// <summary>One such run.</summary>
sealed class StoreSoak : IAsyncDisposable
{
    const int SpoolMegabytes = 64;
    const int LeastRate = Recorded.Rate * 3 / 4; // A machine that is busy with other things gives less.
    const double MostMemory = 500e6; // What the agent says of itself; see Limits.HistoryBytes.

    readonly TemporaryFolder _folder = new("soak");
    readonly Stopwatch _clock = Stopwatch.StartNew();
    readonly List<Happening> _happenings = [];
    readonly Action<string> _tell;
    readonly PostgresServer _server;
    readonly ChildProcess _target;
    readonly AgentWatch _watch;
    readonly Dictionary<string, string?> _environment;

    StoreSoak(PostgresServer server, ChildProcess target, Action<string> tell)
    {
        (_server, _target, _tell) = (server, target, tell);
        _watch = new(_folder["spool"], _folder["kept"], _clock);
        _environment = new()
        {
            ["SCOPE__STORE__SPOOL__FOLDER"] = _folder["spool"],
            ["SCOPE__STORE__SPOOL__MAX_MB"] = $"{SpoolMegabytes}",
            ["SCOPE__STORE__WARM__CONNECTION"] = server.ConnectionString,
        };
    }

    /// <summary>Runs one.</summary>
    /// <param name="duration">How long is recorded.</param>
    /// <param name="tell">Is told what is going on.</param>
    public static async Task<SoakOutcome> RunAsync(TimeSpan duration, Action<string> tell)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        await using var target = await Recorded.StartTargetAsync();
        await using var soak = new StoreSoak(server, target, tell);
        return await soak.RunAsync(duration);
    }

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        _folder.Dispose();
    }

    async Task<SoakOutcome> RunAsync(TimeSpan duration)
    {
        await using (var killed = Record())
        {
            await UntilAsync(duration * 0.15, "the server is stopped");
            _server.Stop();
            await UntilAsync(duration * 0.25, "the server is started");
            await _server.StartAgainAsync();
            await UntilAsync(duration * 0.45, "the server is killed and started again");
            _server.Kill();
            await _server.StartAgainAsync();
            await UntilAsync(duration * 0.65, "the agent is killed, and another begins");
            killed.Kill();
            await killed.EndAsync();
        }
        await using var agent = Record();
        await UntilAsync(duration, "recording ends");
        await Recorded.EndAsync(agent);
        _watch.AgentId = 0;
        return await CompareAsync(duration);
    }

    ChildProcess Record()
    {
        var agent = Recorded.Record(_target, _folder, _environment);
        _watch.AgentId = agent.Id;
        return agent;
    }

    async Task UntilAsync(TimeSpan at, string then)
    {
        if (at - _clock.Elapsed is { Ticks: > 0 } left) await Task.Delay(left);
        _happenings.Add(new(_clock.Elapsed.TotalSeconds, then));
        _tell($"{_clock.Elapsed:mm\\:ss} {then}");
    }

    async Task<SoakOutcome> CompareAsync(TimeSpan duration)
    {
        var recordings = Directory.GetDirectories(_folder["spool"], "*.scope").Order(StringComparer.Ordinal).ToList();
        var late = 0L;
        foreach (var recording in recordings) late += await ShipRestAsync(recording);
        _watch.Link();
        _tell($"{_clock.Elapsed:mm\\:ss} comparing");
        await using var database = NpgsqlDataSource.Create(_server.ConnectionString);
        var all = new ShippedComparison(0, 0, 0, 0);
        // One whose agent was killed before it had sealed anything is not kept: there is nothing to compare.
        foreach (var name in recordings.Select(r => Path.GetFileName(r)).Where(name => Directory.Exists(Path.Combine(_folder["kept"], name))))
            all += ShippedComparison.Of(Path.Combine(_folder["kept"], name), await PostgresHistory.OpenAsync(database, name) ?? throw new InvalidOperationException($"the database has nothing of {name}"));
        var lost = recordings.Sum(r => RecordingInfo.TryRead(r, out var info) is null ? info.Ledger.Losses.Where(l => l.Source is LossSource.Disk or LossSource.Spool).Sum(l => l.Count) : 0);
        return new(Rows(duration, recordings.Count, all, late, lost), _watch.Samples, _happenings);
    }

    List<BenchmarkRow> Rows(TimeSpan duration, int recordings, ShippedComparison all, long late, long lost)
    {
        var (recording, ending) = (_watch.Samples.Where(s => s.Seconds < duration.TotalSeconds).Max(s => s.AgentBytes), _watch.Samples.Where(s => s.Seconds >= duration.TotalSeconds).Max(s => s.AgentBytes));
        var spool = _watch.Samples.Max(s => s.SpoolBytes);
        var rate = all.Sealed / duration.TotalSeconds;
        return
        [
            BenchmarkRow.Alone("recordings, one of a killed agent", "2", recordings, "", recordings == 2),
            BenchmarkRow.Alone("events sealed, a second", $"some {Recorded.Rate:N0}", rate, "events/s", rate >= LeastRate),
            BenchmarkRow.Alone("events sealed", "", all.Sealed, "", null),
            BenchmarkRow.Alone("of these missing in the database", "none", all.Missing, "", all.Missing == 0),
            BenchmarkRow.Alone("twice in the database, or of nobody", "none", all.TooMany, "", all.TooMany == 0),
            BenchmarkRow.Alone("in the database, but not as sealed", "none", all.Different, "", all.Different == 0),
            BenchmarkRow.Alone("lost by disk and spool", "none", lost, "", lost == 0),
            BenchmarkRow.Alone("shipped by hand after the end", "", late, "", null),
            BenchmarkRow.Alone("the agent's memory while it records", $"≤ {MostMemory / 1e6:0} MB", recording / 1e6, "MB", recording <= MostMemory),
            BenchmarkRow.Alone("and while it looks for causes at the end", "", ending / 1e6, "MB", null),
            BenchmarkRow.Alone("the spool at most", $"≤ {SpoolMegabytes * 1.25} MiB", spool / (double)(1 << 20), "MiB", spool <= SpoolMegabytes * 1.25 * (1 << 20)),
            BenchmarkRow.Alone("the target lives", "", _target.Running ? 1 : 0, "", _target.Running),
        ];
    }

    /// <summary>Ships by hand what the agents did not; gives how many events.</summary>
    async Task<long> ShipRestAsync(string recording)
    {
        var ended = await ChildProcess.RunAsync(Recorded.ScopeAttach, ["store", "ship", recording, "--json"], environment: _environment);
        if (ended.ExitCode != 0) throw new InvalidOperationException($"store ship ended with {ended.ExitCode}: {ended.Errors}");
        return JsonDocument.Parse(ended.Output).RootElement.GetProperty("shipped").GetInt64();
    }
}
