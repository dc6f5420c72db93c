// Probes in every method of a target that checks its own answers under load, coming and going for long, from an agent that
// falls silent and comes back; and before that in thousands of methods of the framework, which must all compile.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Benchmarks;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Soak;

sealed class HooksSoak : IAsyncDisposable
{
    const int Threads = 2, CompiledAtATime = 500, MethodsOfAnAssembly = 3000, CyclesOfAnAgent = 50, CycleMillis = 30, MostGrowthBytes = 64 * 1024;
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    static readonly string[] Compiled = ["System.Linq", "System.Text.Json", "System.Private.Xml", "System.Collections.Immutable"];

    readonly ChildProcess _child = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Shapes"), []);
    readonly MethodTokens _methods = new(Checkout.Program("tests/Targets/Scope.Targets.Shapes") + ".dll");
    readonly Stopwatch _clock = Stopwatch.StartNew();
    NativeProbes? _probes;
    uint _next = 1;
    int _answers;
    long _hits, _cycles, _refused, _compiled, _invalid, _corrupt, _agents;

    /// <summary>Runs one.</summary>
    public static async Task<SoakOutcome> RunAsync(TimeSpan duration, Action<string> tell)
    {
        if (Attach.Probes.NativeLibrary.Find() is null) throw new InvalidOperationException("the library of probes is not built: run scripts/build-native");
        await using var soak = new HooksSoak();
        return await soak.RunOnceAsync(duration, tell);
    }

    public async ValueTask DisposeAsync()
    {
        _probes?.Dispose();
        _methods.Dispose();
        await _child.DisposeAsync();
    }

    async Task<SoakOutcome> RunOnceAsync(TimeSpan duration, Action<string> tell)
    {
        await _child.LineAsync("ready");
        _probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(_child.Id))).Value;
        foreach (var assembly in Compiled)
        {
            tell($"{assembly} is compiled with probes");
            await CompileAsync(assembly);
        }
        tell("probes come and go");
        await AskAsync($"load {Threads}");
        await CycleAsync(CyclesOfAnAgent);
        var (before, from) = (AnonymousBytes(), _cycles);
        while (_clock.Elapsed < duration)
        {
            await CycleAsync(CyclesOfAnAgent);
            await ComeBackAsync();
        }
        var growth = (AnonymousBytes() - before) / (double)Math.Max(1, _cycles - from);
        var checkedRounds = (await AskAsync("stop")).Split(' ');
        return new(Rows(long.Parse(checkedRounds[0], CultureInfo.InvariantCulture), long.Parse(checkedRounds[1], CultureInfo.InvariantCulture), growth), [], []);
    }

    List<BenchmarkRow> Rows(long rounds, long wrong, double growth) =>
    [
        BenchmarkRow.Alone("methods of the framework compiled with probes in them", "thousands", _compiled, "", _compiled > 2000),
        BenchmarkRow.Alone("of these no valid program", "none", _invalid, "", _invalid == 0),
        BenchmarkRow.Alone($"times that {_methods.All.Count()} methods were armed and disarmed", "", _cycles, "", null),
        BenchmarkRow.Alone("agents that took over from one that had gone", "", _agents, "", null),
        BenchmarkRow.Alone("probes refused", "none", _refused, "", _refused == 0),
        BenchmarkRow.Alone("records read", "some", _hits, "", _hits > 0),
        BenchmarkRow.Alone("records that made no sense", "none", _corrupt, "", _corrupt == 0),
        BenchmarkRow.Alone("rounds of checks that the target made of itself meanwhile", "some", rounds, "", rounds > 0),
        BenchmarkRow.Alone("of these wrong", "none", wrong, "", wrong == 0),
        BenchmarkRow.Alone("what the target's memory grows by for a method that is armed and disarmed", $"≤ {MostGrowthBytes / 1024} KB", growth / _methods.All.Count() / 1024, "KB", growth / _methods.All.Count() <= MostGrowthBytes),
    ];

    async Task CompileAsync(string assembly)
    {
        using var methods = new MethodTokens(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), assembly + ".dll"));
        await AskAsync($"compile {assembly} 0 0"); // Loads it.
        foreach (var some in methods.All.Select(m => m.Token).Take(MethodsOfAnAssembly).Chunk(CompiledAtATime))
        {
            await ArmAsync([.. some.Select(token => new ProbeOrder(_next++, methods.Module, token, Timing))]);
            var answer = (await AskAsync($"compile {assembly} {some[0]} {some[^1]}")).Split(' ');
            _compiled += long.Parse(answer[0], CultureInfo.InvariantCulture);
            if (answer[1].Length > 0) _invalid += answer[1].Split(',').Length;
            await _probes!.DisarmAllAsync();
        }
    }

    async Task CycleAsync(int cycles)
    {
        for (var i = 0; i < cycles; i++, _cycles++)
        {
            await ArmAsync([.. _methods.All.Where(m => !m.Name.StartsWith("Program.", StringComparison.Ordinal)).Select(m => new ProbeOrder(_next++, _methods.Module, m.Token, Timing))]);
            await Task.Delay(CycleMillis);
            Read();
            await _probes!.DisarmAllAsync();
        }
    }

    // The next agent finds what the last one left, and takes it over with its probes still armed.
    async Task ComeBackAsync()
    {
        await ArmAsync([.. _methods.All.Where(m => m.Name.StartsWith("Plain.", StringComparison.Ordinal)).Select(m => new ProbeOrder(_next++, _methods.Module, m.Token, Timing))]);
        _corrupt += _probes!.Reader.Corrupt;
        _probes.Dispose();
        _agents++;
        _probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(_child.Id))).Value;
    }

    async Task ArmAsync(ProbeOrder[] orders)
    {
        if (await _probes!.ArmAsync(orders) is { } refused) throw new InvalidOperationException(refused.Message);
        _refused += orders.Count(o => _probes[o.Probe].State == (uint)ProbeState.Refused);
    }

    void Read() => _hits += _probes!.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });

    async Task<string> AskAsync(string line)
    {
        var number = _answers++;
        await _child.WriteLineAsync(line);
        string? answer = null;
        await Deadline.UntilAsync($"an answer to {line}", () =>
        {
            _probes?.Beat();
            Read();
            return (answer = _child.Output.Split('\n').Where(l => l.StartsWith("done ", StringComparison.Ordinal)).ElementAtOrDefault(number)) is not null;
        }, TimeSpan.FromMinutes(3));
        return answer![("done ".Length + line.Split(' ')[0].Length + 1)..];
    }

    long AnonymousBytes() => 1024 * long.Parse(File.ReadLines($"/proc/{_child.Id}/status").First(l => l.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
