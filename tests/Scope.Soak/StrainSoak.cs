// Probes in runtimes that collect all the time, that have no memory to spare, that compile everything again, and in programs as
// they are shipped; half of the time of each they come from a scope-attach that is killed at whatever moment that is.
using System.Diagnostics;
using Scope.Benchmarks;
using Scope.Testing;

namespace Scope.Soak;

static class StrainSoak
{
    const int Threads = 3, MostMillisOfAnAgent = 500;

    const string Source = "Plain.cs", Code = "return \"zero\"";

    static readonly string Line = $"{Source}:{Array.FindIndex(File.ReadAllLines(Path.Combine(Checkout.Root, "tests/Targets/Scope.Targets.Shapes", Source)), line => line.Contains(Code)) + 1}";
    static readonly string[] Probed = ["Plain.*", "Values.*", "Flow.*", "Failures.*"];

    public static async Task<List<BenchmarkRow>> RowsAsync(TimeSpan duration, Action<string> tell)
    {
        var rows = new List<BenchmarkRow>();
        var each = duration / (RuntimeStrain.All.Count + PublishedShapes.All.Count);
        foreach (var strain in RuntimeStrain.All) rows.AddRange(await StrainedAsync(strain.Name, await ShapesTarget.StartAsync(strain), each, tell));
        foreach (var way in PublishedShapes.All)
        {
            using var folder = new TemporaryFolder("published");
            tell($"{way.Name} is published");
            rows.AddRange(await StrainedAsync(way.Name, await ShapesTarget.StartAsync(null, await way.PublishAsync(folder.Path)), each, tell));
        }
        return rows;
    }

    static async Task<IEnumerable<BenchmarkRow>> StrainedAsync(string name, ShapesTarget target, TimeSpan duration, Action<string> tell)
    {
        tell(name);
        await using var shapes = new ProbedShapes(target);
        await shapes.LoadAsync(Threads);
        var (clock, random, cycles, killed) = (Stopwatch.StartNew(), new Random(1), 0, 0);
        while (clock.Elapsed < duration / 2)
        {
            await using var agent = ChildProcess.Start(Recorded.ScopeAttach, ["probe", $"{target.Process.Id}", Probed[killed % Probed.Length], "--args", "--return", "--state", "--hits", "0", "--quiet", "--json"]);
            await agent.LineAsync("method"); // It has armed, and goes on to.
            await Task.Delay(random.Next(MostMillisOfAnAgent));
            agent.Kill();
            killed++;
        }
        var line = await LineAsync(target);
        await shapes.AttachAsync();
        for (; cycles == 0 || clock.Elapsed < duration; cycles++) await shapes.CycleAsync();
        var (rounds, wrong) = await shapes.StopAsync();
        return
        [
            BenchmarkRow.Alone($"{name}: rounds of checks, with {killed} agents killed and all methods armed {cycles} times", "some", rounds, "", rounds > 0 && cycles > 0),
            BenchmarkRow.Alone("of these wrong, probes refused, records that made no sense", "none", wrong + shapes.Refused + shapes.Corrupt, "", wrong + shapes.Refused + shapes.Corrupt == 0),
            BenchmarkRow.Alone($"a line of its source is probed{(line.ExitCode == 0 ? "" : ": " + line.Errors)}", "hit", line.Output.Contains(Line) ? 1 : 0, "", line.Output.Contains(Line)),
        ];
    }

    static Task<Ended> LineAsync(ShapesTarget target) =>
        ChildProcess.RunAsync(Recorded.ScopeAttach, ["probe", $"{target.Process.Id}", Line, "--hits", "1", "--for", "20s", "--quiet", "--json"]);
}
