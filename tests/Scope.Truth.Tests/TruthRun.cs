// The shop under load with its truth written down, recorded.
using Scope.Attach.Profiles;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Truth.Tests;

/// <summary>A recording and the truth of it.</summary>
public sealed class TruthRun
{
    /// <summary>How many requests were sent while it was recorded.</summary>
    public const int Requests = 160;

    TruthRun(RecordedRun recorded, TruthFile truth, LoadResult load) => (Recorded, Truth, Load) = (recorded, truth, load);

    internal RecordedRun Recorded { get; }

    internal TruthFile Truth { get; }

    internal LoadResult Load { get; }

    /// <summary>Makes one.</summary>
    public static async Task<TruthRun> RecordAsync(Profile profile, HookFeatures inside)
    {
        using var folder = new TemporaryFolder();
        await using var postgres = await PostgresServer.StartAsync();
        var file = Path.Combine(folder.Path, "truth.jsonl");
        RecordedRun recorded;
        LoadResult sent;
        await using (var shop = await TargetProcess.StartAsync("Shop", "--postgres", postgres.ConnectionString, "--truth", file))
        {
            // Its pools and caches fill, so that no request is under way that began before we came.
            await using (var warmUp = Testing.Load.Start(shop, "truth-db", 10)) (await warmUp.EndAsync()).Failed.ShouldBe(0);
            recorded = await RecordedRun.StartAsync(shop.Id, profile, inside);
            await using (var load = Testing.Load.Start(shop, "truth-db", Requests, concurrency: 4)) sent = await load.EndAsync(TimeSpan.FromSeconds(120));
            await recorded.StopAsync();
            await shop.StopAsync();
        }
        return new(recorded, new(file), sent);
    }
}
