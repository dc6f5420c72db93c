// One target, recorded by two Scopes and by a session with what dotnet-trace asks for, all at once and under load: each gets
// what it asked for, and the service does not mind. What each holds in the target is given back at the end.
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class SharedTarget
{
    const int Few = 1, Many = 10, Rate = 100, LeastTraceBytes = 10_000;

    static readonly TimeSpan Together = TimeSpan.FromSeconds(2.5);

    // What dotnet-trace takes without being told more.
    static readonly EventPipeProvider[] s_usual =
    [
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x100003801D),
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
    ];

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 20_000_000, rate: Rate, concurrency: 4);
        var (rounds, traced, requests, broken) = (0, 0, 0, new List<string>());
        for (; run.Goes(rounds, Few, Many); rounds++)
        {
            using TemporaryFolder first = new("first"), second = new("second");
            var scopes = new[] { first, second }.Select((folder, i) => RecordAsync(shop, folder, i == 0 ? "default" : "light")).ToList();
            traced += await TraceAsync(shop.Id) > LeastTraceBytes ? 1 : 0;
            foreach (var (count, problem) in await Task.WhenAll(scopes))
            {
                requests += count > 0 ? 1 : 0;
                if (problem.Length > 0) broken.Add(problem);
            }
        }
        var sent = await load.StopAsync();
        return
        [
            Measures.Figure("times that all three recorded at once", rounds),
            Measures.All("sessions like dotnet-trace's that got their events", traced, rounds),
            Measures.All("recordings of Scopes with requests in them", requests, 2 * rounds),
            BenchmarkRow.Alone("recordings that broke off or could not be made" + string.Concat(broken.Take(1).Select(b => ": " + b)), "none", broken.Count, "", broken.Count == 0),
            Measures.Some("requests served meanwhile", sent.Ok),
            Measures.None("requests that failed", sent.Failed),
        ];
    }

    static async Task<(long Requests, string Problem)> RecordAsync(TargetProcess shop, TemporaryFolder folder, string profile)
    {
        var ended = await ChildProcess.RunAsync(Recorded.ScopeAttach, [$"{shop.Id}", "--duration", "4s", "--quiet", "--no-report", "--profile", profile, "-o", folder.Path]);
        if (ended.ExitCode != 0) return (0, ended.Errors);
        var recording = RecordingReader.Open(Directory.GetDirectories(folder.Path, "*.scope").Single());
        return (recording.CountOf(new() { Kinds = KindSet.Of(EventKind.Request) }), "");
    }

    static async Task<long> TraceAsync(int pid)
    {
        var client = new DiagnosticsClient(pid);
        using var session = client.StartEventPipeSession(s_usual, requestRundown: true, circularBufferMB: 64);
        using var into = new MemoryStream();
        var copying = session.EventStream.CopyToAsync(into);
        await Task.Delay(Together);
        await session.StopAsync(CancellationToken.None).WaitAsync(Deadline.Usual);
        await copying.WaitAsync(Deadline.Usual);
        return into.Length;
    }
}
