// An agent records onto a disk that fills, for longer than memory holds, and has room again later: capture goes on, what is
// lost is counted as the disk's, to the event, and writing goes on by itself.
using System.Diagnostics;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak;

/// <summary>One such run. Only root can have a disk of its own.</summary>
sealed class DiskSoak : IAsyncDisposable
{
    const int DiskMegabytes = 256, HotMegabytes = 16; // Memory holds some seconds.

    readonly TemporaryFolder _folder = new("soak"), _disk = new("disk");
    readonly Stopwatch _clock = new();
    readonly List<Happening> _happenings = [];
    readonly Action<string> _tell;

    DiskSoak(Action<string> tell) => _tell = tell;

    /// <summary>Runs one.</summary>
    public static async Task<SoakOutcome> RunAsync(TimeSpan duration, Action<string> tell)
    {
        await using var soak = new DiskSoak(tell);
        if (!await MountAsync("mount", "-t", "tmpfs", "-o", $"size={DiskMegabytes}m", "tmpfs", soak._disk.Path)) throw new InvalidOperationException("only root can mount a small disk");
        return await soak.RunAsync(duration);
    }

    public async ValueTask DisposeAsync()
    {
        await MountAsync("umount", "-l", _disk.Path);
        _disk.Dispose();
        _folder.Dispose();
    }

    async Task<SoakOutcome> RunAsync(TimeSpan duration)
    {
        await using var target = await Recorded.StartTargetAsync();
        _clock.Start();
        await using var watch = new AgentWatch(_disk["spool"], kept: null, _clock);
        await using var agent = Recorded.Record(target, _folder, new Dictionary<string, string?>
        {
            ["SCOPE__STORE__SPOOL__FOLDER"] = _disk["spool"],
            ["SCOPE__LIMITS__HOT_BYTES_MB"] = $"{HotMegabytes}",
        });
        watch.AgentId = agent.Id;
        await UntilAsync(duration * 0.2, "the disk is full");
        Fill();
        await UntilAsync(duration * 0.8, "the disk has room");
        var roomAt = EventTime.Now;
        File.Delete(_disk["other"]);
        await UntilAsync(duration, "recording ends");
        await Recorded.EndAsync(agent);
        var recording = RecordingReader.Open(Directory.GetDirectories(_disk["spool"], "*.scope").Single());
        return new(Rows(recording, roomAt, target.Running), watch.Samples, _happenings);
    }

    static List<BenchmarkRow> Rows(Recording recording, EventTime roomAt, bool lives)
    {
        var all = ((IHistory)recording).NextId.Value;
        var lost = recording.Ledger.Losses.GroupBy(l => l.Source).ToDictionary(g => g.Key, g => g.Sum(l => l.Count));
        var disk = lost.GetValueOrDefault(LossSource.Disk);
        var since = recording.CountOf(new() { From = roomAt });
        return
        [
            BenchmarkRow.Alone("events captured", "", all, "", null),
            BenchmarkRow.Alone("of these on the disk", "all but those lost", recording.Count, "", recording.Count == all - disk),
            BenchmarkRow.Alone("lost, and counted as the disk's", "some", disk, "", disk > 0),
            .. lost.Where(l => l.Key != LossSource.Disk).Select(l => BenchmarkRow.Alone($"lost, and counted as of {l.Key}", "", l.Value, "", null)),
            BenchmarkRow.Alone("on the disk since it had room again", "some", since, "", since > 0),
            BenchmarkRow.Alone("files damaged", "none", recording.Damages.Count, "", recording.Damages.Count == 0),
            BenchmarkRow.Alone("the target lives", "", lives ? 1 : 0, "", lives),
        ];
    }

    void Fill()
    {
        using var other = File.Create(_disk["other"]);
        try
        {
            for (var block = new byte[1 << 16]; ;) other.Write(block);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    async Task UntilAsync(TimeSpan at, string then)
    {
        if (at - _clock.Elapsed is { Ticks: > 0 } left) await Task.Delay(left);
        _happenings.Add(new(_clock.Elapsed.TotalSeconds, then));
        _tell($"{_clock.Elapsed:mm\\:ss} {then}");
    }

    static async Task<bool> MountAsync(string program, params string[] arguments) => (await ChildProcess.RunAsync(program, arguments)).ExitCode == 0;
}
