// A big .nettrace of a real service under load: what decoding and indexing are measured on. The bounds were set on a recording
// of this kind, more than 100 bytes an event: activities with their tags, tasks, logs, exceptions, locks, allocations and samples of a
// web service with SQL, gRPC and SignalR, with stacks, and with the names of its methods at the end. It is recorded anew
// each time with all that the deep profile asks for, in one session, which is what other tools do and what is imported.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Testing;

namespace Scope.Benchmarks;

static class ServiceRecording
{
    const int BufferMegabytes = 512, Clients = 64, MostRequests = 5_000_000;
    const ulong NamesOfMethods = 0x138;
    const long EnoughBytes = 160_000_000;
    static readonly TimeSpan LongestRecording = TimeSpan.FromSeconds(25);

    static readonly Lazy<byte[]> LazyBytes = new(() => RecordAsync().GetAwaiter().GetResult());

    /// <summary>The stream as the runtime wrote it.</summary>
    public static byte[] Bytes => LazyBytes.Value;

    static async Task<byte[]> RecordAsync()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var shop = await TargetProcess.StartAsync("Shop", "--postgres", postgres.ConnectionString);
        await using var load = Load.Start(shop, "shop", MostRequests, concurrency: Clients);
        var deep = ProfileTable.Find("deep")!;
        var request = new CollectRequest(Profile.Join([.. deep.WithoutStacks, .. deep.WithStacks]), BufferMegabytes, Stacks: true, NamesOfMethods);
        await using var session = (await EventPipeSession.StartAsync(DiagnosticPort.Of(shop.Id), request)).Value;
        var stream = new MemoryStream();
        var copied = Task.Run(() => session.Stream.CopyTo(stream));
        for (var watch = Stopwatch.StartNew(); session.BytesReceived < EnoughBytes && watch.Elapsed < LongestRecording;) await Task.Delay(100);
        await session.StopAsync();
        await copied;
        return stream.ToArray();
    }
}
