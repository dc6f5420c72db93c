// What it costs a service to be recorded: CPU time a request, on a mix of small requests under a fixed number of clients, with
// nothing attached, with our profiles and with what dotnet-trace asks for by default, in turn, so that whatever else the
// machine does hits all alike. The kernel counts the whole process, its dead threads too; the service counts its requests.
using System.Diagnostics.Tracing;
using System.Text.Json;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Attach.Profiles;
using Scope.Testing;

namespace Scope.Benchmarks;

static class TargetBenchmark
{
    // A page of JSON, a calculation, a controller's action, a body that is parsed. The bounds were set on requests of some
    // 60 µs; of the smallest, 20 µs, the same microseconds are a larger share.
    const string Mix = "products,price,reserve,cart";
    const int Clients = 16, MostRequests = 5_000_000;
    const int Turns = 5;
    const int WarmUpSeconds = 6;
    // What is measured is the going on, not the coming: the names of all methods are told once, half a second of CPU in the
    // first second or two. A window is as long as the way from one burst of samples to the next, so that each holds one.
    const int SettleMillis = 3_000, WindowMillis = 5_000;
    const string PeerName = "dotnet-trace's default providers, one session, drained";

    static readonly EventPipeProvider[] PeerProviders =
    [
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x100003801D),
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
    ];

    static readonly (string Name, double MostRatio)[] Asked = [("light", 1.05), ("default", 1.40)];

    public static IEnumerable<BenchmarkRow> Rows() => MeasureAsync().GetAwaiter().GetResult();

    static async Task<IEnumerable<BenchmarkRow>> MeasureAsync()
    {
        await using var target = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(target, Mix, MostRequests, concurrency: Clients);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        Func<Task<double>>[] contestants = [() => MicrosAsync(target), .. Asked.Select(a => (Func<Task<double>>)(() => UnderScopeAsync(target, a.Name))), () => UnderPeerAsync(target)];
        foreach (var contestant in contestants[1..]) await contestant(); // What they need is compiled in the target once.
        var micros = contestants.Select(_ => new double[Turns]).ToArray();
        for (var turn = 0; turn < Turns; turn++)
            for (var i = 0; i < contestants.Length; i++) micros[i][turn] = await contestants[i]();
        return Report(micros[0], micros[1..^1], micros[^1]);
    }

    static IEnumerable<BenchmarkRow> Report(double[] nothing, double[][] ours, double[] peer)
    {
        var alone = Median(nothing);
        double peerRatio = MedianRatio(peer, nothing), peerMicros = alone * (peerRatio - 1);
        foreach (var ((name, mostRatio), micros) in Asked.Zip(ours))
        {
            var ratio = MedianRatio(micros, nothing);
            yield return new($"target's CPU a request under {name}, beside {alone:0.0} µs with nothing attached", $"≤ × {mostRatio:0.00}", ratio, "×", PeerName, peerRatio, peerRatio / ratio, ratio <= mostRatio);
            yield return new($"what {name} adds to a small request", "", alone * (ratio - 1), "µs", PeerName, peerMicros, null, null);
        }
    }

    static double Median(double[] values) => Rounds.Quantile(values, 0.5);

    static double MedianRatio(double[] values, double[] toOf) => Median([.. values.Zip(toOf, (value, of) => value / of)]);

    static async Task<double> UnderScopeAsync(TargetProcess target, string profile)
    {
        using var folder = new TemporaryFolder("target");
        await using var recorder = await RecordedTarget.RecordAsync(target.Id, ProfileTable.Find(profile)!, folder.Path);
        var micros = await MicrosAsync(target);
        await recorder.StopAsync();
        return micros;
    }

    static async Task<double> UnderPeerAsync(TargetProcess target)
    {
        using var session = new DiagnosticsClient(target.Id).StartEventPipeSession(PeerProviders, requestRundown: false, circularBufferMB: 256);
        var drained = session.EventStream.CopyToAsync(Stream.Null);
        var micros = await MicrosAsync(target);
        session.Stop();
        await drained;
        return micros;
    }

    /// <summary>CPU microseconds a request, over one window, after a while to settle.</summary>
    static async Task<double> MicrosAsync(TargetProcess target)
    {
        await Task.Delay(SettleMillis);
        var (requests, cpu) = (await ServedAsync(target), RecordedTarget.UsageOf(target.Id).CpuNanos);
        await Task.Delay(WindowMillis);
        var (requestsAfter, cpuAfter) = (await ServedAsync(target), RecordedTarget.UsageOf(target.Id).CpuNanos);
        return (cpuAfter - cpu) / 1e3 / (requestsAfter - requests);
    }

    static async Task<long> ServedAsync(TargetProcess target)
    {
        using var answer = JsonDocument.Parse(await target.Client.GetStringAsync("/served"));
        return answer.RootElement.GetProperty("served").GetInt64();
    }
}
