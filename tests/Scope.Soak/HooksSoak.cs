// Probes in every method of a target that checks its own answers under load, coming and going for long, from an agent that
// falls silent and comes back; in thousands of methods of the framework, which must all compile; in runtimes under strain and
// programs as they are shipped; and in the methods that serve a shop's requests.
using System.Diagnostics;
using System.Globalization;
using Scope.Attach.Probes;
using Scope.Benchmarks;
using Scope.Testing;

namespace Scope.Soak;

sealed class HooksSoak : IAsyncDisposable
{
    const int Threads = 2, CompiledAtATime = 500, MethodsOfAnAssembly = 3000, CyclesOfAnAgent = 50, MostGrowthBytes = 64 * 1024;
    const double ShareOfStrain = 0.3, ShareOfServing = 0.3;

    static readonly string[] Compiled = ["System.Linq", "System.Text.Json", "System.Private.Xml", "System.Collections.Immutable"];

    readonly ProbedShapes _shapes;
    readonly Stopwatch _clock = Stopwatch.StartNew();
    long _cycles, _compiled, _invalid, _agents;

    HooksSoak(ProbedShapes shapes) => _shapes = shapes;

    /// <summary>Runs one.</summary>
    public static async Task<SoakOutcome> RunAsync(TimeSpan duration, Action<string> tell)
    {
        if (NativeLibrary.Find() is null) throw new InvalidOperationException("the library of probes is not built: run scripts/build-native");
        List<BenchmarkRow> rows = [.. await StrainSoak.RowsAsync(duration * ShareOfStrain, tell), .. await ServingSoak.RowsAsync(duration * ShareOfServing, tell)];
        await using var soak = new HooksSoak(new(await ShapesTarget.StartAsync()));
        rows.InsertRange(0, await soak.RowsAsync(duration * (1 - ShareOfStrain - ShareOfServing), tell));
        return new(rows, [], []);
    }

    public ValueTask DisposeAsync() => _shapes.DisposeAsync();

    async Task<List<BenchmarkRow>> RowsAsync(TimeSpan duration, Action<string> tell)
    {
        await _shapes.AttachAsync();
        foreach (var assembly in Compiled)
        {
            tell($"{assembly} is compiled with probes");
            await CompileAsync(assembly);
        }
        tell("probes come and go");
        await _shapes.LoadAsync(Threads);
        await CycleAsync();
        var (before, from) = (_shapes.Target.AnonymousBytes, _cycles);
        while (_clock.Elapsed < duration)
        {
            await CycleAsync();
            await ComeBackAsync();
        }
        var growth = (_shapes.Target.AnonymousBytes - before) / (double)Math.Max(1, _cycles - from) / _shapes.Target.Probed.Count();
        var (rounds, wrong) = await _shapes.StopAsync();
        return
        [
            BenchmarkRow.Alone("methods of the framework compiled with probes in them", "thousands", _compiled, "", _compiled > 2000),
            BenchmarkRow.Alone("of these no valid program", "none", _invalid, "", _invalid == 0),
            BenchmarkRow.Alone($"times that {_shapes.Target.Methods.All.Count()} methods were armed and disarmed", "", _cycles, "", null),
            BenchmarkRow.Alone("agents that took over from one that had gone", "", _agents, "", null),
            BenchmarkRow.Alone("probes refused", "none", _shapes.Refused, "", _shapes.Refused == 0),
            BenchmarkRow.Alone("records read", "some", _shapes.Hits, "", _shapes.Hits > 0),
            BenchmarkRow.Alone("records that made no sense", "none", _shapes.Corrupt, "", _shapes.Corrupt == 0),
            BenchmarkRow.Alone("rounds of checks that the target made of itself meanwhile", "some", rounds, "", rounds > 0),
            BenchmarkRow.Alone("of these wrong", "none", wrong, "", wrong == 0),
            BenchmarkRow.Alone("what the target's memory grows by for a method that is armed and disarmed", $"≤ {MostGrowthBytes / 1024} KB", growth / 1024, "KB", growth <= MostGrowthBytes),
        ];
    }

    async Task CompileAsync(string assembly)
    {
        using var methods = MethodTokens.OfRuntime("Microsoft.NETCore.App/" + assembly);
        await _shapes.AskAsync($"compile {assembly} 0 0"); // Loads it.
        foreach (var some in methods.All.Select(m => m.Token).Take(MethodsOfAnAssembly).Chunk(CompiledAtATime))
        {
            await _shapes.ArmAsync(methods.Module, some);
            var answer = (await _shapes.AskAsync($"compile {assembly} {some[0]} {some[^1]}")).Split(' ');
            _compiled += long.Parse(answer[0], CultureInfo.InvariantCulture);
            if (answer[1].Length > 0) _invalid += answer[1].Split(',').Length;
            await _shapes.DisarmAsync();
        }
    }

    async Task CycleAsync()
    {
        for (var i = 0; i < CyclesOfAnAgent; i++, _cycles++) await _shapes.CycleAsync();
    }

    // The next agent finds what the last one left, and takes it over with its probes still armed.
    async Task ComeBackAsync()
    {
        await _shapes.ArmAsync(_shapes.Target.Methods.Module, _shapes.Target.Methods.All.Where(m => m.Name.StartsWith("Plain.", StringComparison.Ordinal)).Select(m => m.Token));
        _shapes.Leave();
        _agents++;
        await _shapes.AttachAsync();
    }
}
