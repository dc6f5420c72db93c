// What a service under load feels of a hundred probes that are armed in its server's methods: how long it takes until they
// are, and how much longer than otherwise the slowest request of that time is.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Benchmarks;

static class ArmingBenchmark
{
    const int Probes = 100, Turns = 7, WindowMillis = 1000;
    const double MostSeconds = 1, MostMillis = 20;

    public static async Task<IEnumerable<BenchmarkRow>> RowsAsync()
    {
        await using var target = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(target, "small", 10_000_000, rate: 200);
        await Task.Delay(TimeSpan.FromSeconds(4));
        using var probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(target.Id))).Value;
        var (seconds, armed, quiet) = (new double[Turns], new double[Turns], new double[Turns]);
        using var server = new MethodTokens(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory().Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal), "Microsoft.AspNetCore.Server.Kestrel.Core.dll"));
        uint[] methods = [.. server.All.Where(m => m.Name.StartsWith("Http1Connection.", StringComparison.Ordinal) || m.Name.StartsWith("HttpProtocol.", StringComparison.Ordinal)).Select(m => m.Token).Take(Probes)];
        uint next = 1;
        for (var turn = 0; turn < Turns; turn++)
        {
            quiet[turn] = await SlowestMillisAsync(target, probes, () => Task.CompletedTask);
            armed[turn] = await SlowestMillisAsync(target, probes, async () =>
            {
                var watch = Stopwatch.StartNew();
                ProbeOrder[] orders = [.. methods.Select(token => new ProbeOrder(next++, server.Module, token, ProbeFlags.Leave | ProbeFlags.Exception))];
                if (await probes.ArmAsync(orders) is { } refused) throw new InvalidOperationException(refused.Message);
                seconds[turn] = watch.Elapsed.TotalSeconds;
            });
            await probes.DisarmAllAsync();
        }
        double longest = seconds.Max(), usual = Rounds.Quantile(quiet, 0.5), slowest = Rounds.Quantile(armed, 0.5);
        return
        [
            BenchmarkRow.Alone($"arm {Probes} probes on a loaded service, the longest of {Turns}", $"< {MostSeconds} s", longest, "s", longest < MostSeconds),
            BenchmarkRow.Alone($"the slowest request of that second, above the {usual:0.0} ms of a second without", $"< {MostMillis} ms", slowest - usual, "ms", slowest - usual < MostMillis),
        ];
    }

    static async Task<double> SlowestMillisAsync(TargetProcess target, NativeProbes probes, Func<Task> meanwhile)
    {
        var work = meanwhile();
        double slowest = 0;
        for (var window = Stopwatch.StartNew(); window.ElapsedMilliseconds < WindowMillis;)
        {
            var watch = Stopwatch.StartNew();
            await target.Client.GetStringAsync("/ping");
            slowest = Math.Max(slowest, watch.Elapsed.TotalMilliseconds);
            probes.Beat();
            probes.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
        }
        await work;
        return slowest;
    }
}
