// How long a snapshot holds its target, as the target itself feels it, and how long it takes to work out. A thread in the
// target ticks each millisecond and knows its longest gap; the machine's own hiccups count against us.
using System.Globalization;
using Scope.Attach.Snapshots;
using Scope.Events.Snapshots;
using Scope.Testing;

namespace Scope.Benchmarks;

static class SnapshotBenchmark
{
    const int Rounds = 5;

    static readonly (int Megabytes, double MostMillis)[] Heaps = [(100, 40), (1000, 250)];

    public static IEnumerable<BenchmarkRow> Rows()
    {
        foreach (var (megabytes, most) in Heaps)
        {
            var (pause, seconds, objects) = MeasureAsync(megabytes).GetAwaiter().GetResult();
            yield return BenchmarkRow.Alone($"snapshot of {megabytes} MB, {objects:#,0} objects: pause felt by the target", $"≤ {most} ms", pause, "ms", pause <= most);
            yield return BenchmarkRow.Alone($"snapshot of {megabytes} MB: from the request to the result", "≤ 10 s", seconds, "s", seconds <= 10);
        }
    }

    // The median of some snapshots: one of them may meet something else that the machine has to do.
    static async Task<(double PauseMillis, double Seconds, long Objects)> MeasureAsync(int megabytes)
    {
        await using var target = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Stuck"), []);
        await target.LineAsync("ready");
        await AskAsync(target, $"heap {megabytes}");
        double[] pauses = new double[Rounds], seconds = new double[Rounds];
        var objects = 0L;
        for (var i = 0; i < Rounds; i++)
        {
            await AskAsync(target, "gap-reset");
            var watch = System.Diagnostics.Stopwatch.StartNew();
            var state = Snapshotter.Take(new() { Pid = target.Id, MaxPauseMillis = 10_000, Level = SnapshotLevel.Copy }).Value;
            seconds[i] = watch.Elapsed.TotalSeconds;
            pauses[i] = long.Parse(await AskAsync(target, "gap"), CultureInfo.InvariantCulture) / 1000.0;
            objects = state.Heap?.Objects ?? 0;
        }
        return (Benchmarks.Rounds.Quantile(pauses, 0.5), Benchmarks.Rounds.Quantile(seconds, 0.5), objects);
    }

    static async Task<string> AskAsync(ChildProcess target, string question)
    {
        var word = $"done {question.Split(' ')[0]} ";
        var before = Answers().Length;
        await target.WriteLineAsync(question);
        await Deadline.UntilAsync($"an answer to {question}", () => Answers().Length > before);
        return Answers()[^1][word.Length..];

        string[] Answers() => [.. target.Output.Split('\n').Where(line => line.StartsWith(word, StringComparison.Ordinal))];
    }
}
