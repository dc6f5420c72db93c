// A real recording of a service under load, made by the recorder as scope-attach wires it, for what is measured of stores:
// the shop with its SQL, gRPC, SignalR, logs, exceptions and samples, by the default profile.
using Scope.Attach.Profiles;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Benchmarks;

static class WarmRecording
{
    const int MostRequests = 5_000_000;
    static readonly TimeSpan Length = TimeSpan.FromSeconds(20);

    /// <summary>Records into a folder and opens it; by the default profile where none is said.</summary>
    public static async Task<Recording> MakeAsync(string folder, Profile? profile = null)
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var shop = await TargetProcess.StartAsync("Shop", "--postgres", postgres.ConnectionString);
        await using var load = Load.Start(shop, "shop", MostRequests, concurrency: 16);
        await using var recorder = await RecordedTarget.RecordAsync(shop.Id, profile ?? ProfileTable.Default, folder);
        await Task.Delay(Length);
        await recorder.StopAsync();
        return RecordingReader.Open(recorder.Folder);
    }
}
