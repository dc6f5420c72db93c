// The agent may take so much memory and no more, by its control group: it takes less of everything, says so, and records on. Where
// that does not help, the kernel ends the agent, never the target, which is in another group.
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class LittleMemory
{
    const int Megabytes = 160;
    static readonly TimeSpan s_short = TimeSpan.FromSeconds(6);

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        using var group = MemoryGroup.TryMake(Megabytes, out var problem);
        if (group is null) return [BenchmarkRow.Alone($"a control group ({problem})", "", 0, "", null)];
        using var folder = new TemporaryFolder("memory");
        await using var target = await Recorded.StartTargetAsync();
        await using var agent = ChildProcess.Start("/bin/sh", group.Command(Recorded.ScopeAttach, [$"{target.Id}", "--quiet", "--no-report", "--snapshot", "none", "--profile", "deep", "-o", folder.Path]));
        await Recorded.UntilWrittenAsync(folder);
        await Task.Delay(run.IsLong ? run.Time : s_short);
        var peak = group.PeakBytes;
        agent.Signal(2);
        var ended = await agent.EndAsync();
        var recording = RecordingReader.TryOpen(Directory.GetDirectories(folder.Path, "*.scope").Single(), out _);
        return
        [
            Measures.AtMost("what the agent took at most", peak / 1e6, Megabytes * 1.048576, "MB"),
            BenchmarkRow.Alone($"how the agent ended{(ended.ExitCode == 0 ? "" : ": " + ended.Errors)}", "0", ended.ExitCode, "", ended.ExitCode == 0),
            Measures.Some("events recorded", recording?.Count ?? 0),
            Measures.Figure("changes of pressure", recording?.CountOf(new() { Kinds = KindSet.Of(EventKind.PressureChanged) }) ?? 0),
            BenchmarkRow.Alone("the target lives", "", target.Running ? 1 : 0, "", target.Running),
        ];
    }
}
