// The agent is stopped, as by SIGSTOP or a machine that gives it no time, and goes on later: the service works on, what its
// runtime had no room for is counted, and recording goes on. Then both stand still at once, as on a machine that is suspended.
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class StoppedAgent
{
    const int Stop = 19, Continue = 18, BufferMegabytes = 4, Shout = 20_000;
    const double FewestBeats = 10; // A busy machine has few; a target that waits for us has none.
    const long MostGrowthBytes = 100 << 20; // The sessions' buffers are a few times 4 MB; the rest is the service's own breath.

    static readonly TimeSpan s_suspended = TimeSpan.FromSeconds(1);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        var pause = run.IsLong ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(4);
        using var folder = new TemporaryFolder("stopped");
        await using var target = await Hostile.StartAsync();
        await using var agent = ChildProcess.Start(Recorded.ScopeAttach, [$"{target.Id}", "--quiet", "--no-report", "--snapshot", "none", "--providers", Hostile.Events, "-o", folder.Path],
            new Dictionary<string, string?> { ["SCOPE__CAPTURE__BUFFER_MB"] = $"{BufferMegabytes}" });
        await Recorded.UntilWrittenAsync(folder);
        var before = Holding.Of(target.Id).ResidentBytes;
        var beats = await Hostile.BeatsAsync(target);
        agent.Signal(Stop);
        var resident = before;
        var (shouted, from) = (0L, DateTime.UtcNow);
        for (; DateTime.UtcNow - from < pause; shouted += Shout)
        {
            await Hostile.AskAsync(target, $"burst {Shout}");
            resident = Math.Max(resident, Holding.Of(target.Id).ResidentBytes);
        }
        var beaten = (await Hostile.BeatsAsync(target) - beats) / (DateTime.UtcNow - from).TotalSeconds;
        agent.Signal(Continue);
        var wentOn = EventTime.Now;
        await Task.Delay(TimeSpan.FromSeconds(2));
        foreach (var signal in (int[])[Stop, Continue])
        {
            foreach (var process in (ChildProcess[])[target, agent]) process.Signal(signal);
            if (signal == Stop) await Task.Delay(run.IsLong ? s_suspended * 10 : s_suspended);
        }
        var resumed = EventTime.Now;
        await Hostile.AskAsync(target, $"burst {Shout}");
        await Recorded.EndAsync(agent);
        var recording = RecordingReader.Open(Directory.GetDirectories(folder.Path, "*.scope").Single());
        var lost = recording.Ledger.Losses.Where(l => l.Source == LossSource.RuntimeBuffer).Sum(l => l.Count);
        return
        [
            Measures.Figure("seconds that it stood still", pause.TotalSeconds, "s"),
            Measures.Figure("events that the target told meanwhile", shouted),
            Measures.AtMost("what the target's memory grew by", (resident - before) / 1e6, MostGrowthBytes / 1e6, "MB"),
            BenchmarkRow.Alone("beats of the target a second meanwhile, of 100", $"≥ {FewestBeats}", beaten, "", beaten >= FewestBeats),
            Measures.Some("lost, and counted as of the runtime's buffer", lost),
            Measures.Some("events recorded since it went on", recording.CountOf(new() { From = wentOn })),
            Measures.Some("and since both had stood still", recording.CountOf(new() { From = resumed })),
            Measures.None("files damaged", recording.Damages.Count),
        ];
    }
}
