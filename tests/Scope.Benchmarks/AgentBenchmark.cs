// What scope-attach takes for itself beside a target that raises a hundred thousand events a second of many kinds: exceptions
// with stacks, samples, contention, events of its own. The program is run as a user runs it; the kernel counts.
using System.Diagnostics;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Benchmarks;

static class AgentBenchmark
{
    const int RoundsASecond = 28_000; // Each raises some four events.
    const int SettleSeconds = 8, MeasureSeconds = 80, RecordSeconds = 95; // After a minute all that is bounded is full; before, memory still grows.
    const double MostCores = 0.25, MostMegabytes = 500;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var (cores, megabytes, eventsASecond, lost) = MeasureAsync().GetAwaiter().GetResult();
        var what = $"scope-attach beside a target of {eventsASecond:#,0} events/s ({lost:#,0} lost)";
        yield return BenchmarkRow.Alone($"{what}, CPU", $"< {MostCores} cores", cores, "cores", cores < MostCores);
        yield return BenchmarkRow.Alone($"{what}, memory after {SettleSeconds + MeasureSeconds} s", $"< {MostMegabytes} MB", megabytes, "MB", megabytes < MostMegabytes);
    }

    static async Task<(double Cores, double Megabytes, double EventsASecond, long Lost)> MeasureAsync()
    {
        using var folder = new TemporaryFolder("agent");
        await using var target = await RecordedTarget.StartMixedAsync(RoundsASecond);
        await using var agent = ChildProcess.Start(Checkout.Program("agent/Scope.Agent", "scope-attach"),
            [target.Id.ToString(), "--duration", $"{RecordSeconds}s", "--no-report", "--output", folder.Path, "--providers", RecordedTarget.OwnEvents]);
        await Task.Delay(TimeSpan.FromSeconds(SettleSeconds));
        var (before, watch) = (RecordedTarget.UsageOf(agent.Id), Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(MeasureSeconds));
        var (after, seconds) = (RecordedTarget.UsageOf(agent.Id), watch.Elapsed.TotalSeconds);
        var ended = await agent.EndAsync(TimeSpan.FromSeconds(60));
        if (ended.ExitCode != 0) throw new InvalidOperationException($"scope-attach ended with {ended.ExitCode}: {ended.Errors}");
        var recording = RecordingReader.Open(Directory.GetDirectories(folder.Path, "*.scope").Single());
        return ((after.CpuNanos - before.CpuNanos) / 1e9 / seconds, after.ResidentBytes / 1e6, recording.Ledger.Captured / (double)RecordSeconds, recording.Ledger.Lost);
    }
}
