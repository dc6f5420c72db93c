// The agent is killed as `kill -9` does it, again and again at moments that chance chooses: while it attaches, while it asks
// for names, while it records, from inside or not. The service that it records answers as before; what was sealed stays as it
// was, and the next start puts the rest in order.
using System.Security.Cryptography;
using Scope.Benchmarks;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class KilledAgent
{
    const int Few = 4, Many = 200, Rate = 200, LongestMillis = 8000, LongestShortMillis = 1800;

    static readonly TimeSpan s_settles = TimeSpan.FromSeconds(15);

    static readonly string[][] s_ways = [["--profile", "default"], ["--profile", "light"], ["--profile", "deep"], ["--inside"]];

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        using var folder = new TemporaryFolder("killed");
        var environment = new Dictionary<string, string?> { ["SCOPE__STORE__SPOOL__FOLDER"] = folder["spool"], ["SCOPE__LIMITS__HOT_EVENTS"] = "65536" };
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 20_000_000, rate: Rate, concurrency: 4);
        var before = Holding.Of(shop.Id);
        var sealedFiles = new Dictionary<string, string>();
        var (moments, changed) = (0, 0);
        for (; run.Goes(moments, Few, Many); moments++)
        {
            await using var agent = ChildProcess.Start(Recorded.ScopeAttach, [$"{shop.Id}", "--quiet", "--no-report", .. s_ways[moments % s_ways.Length], "-o", folder.Path], environment);
            await Task.Delay(run.Random.Next(run.IsLong ? LongestMillis : LongestShortMillis));
            agent.Kill();
            await agent.EndAsync();
            changed += sealedFiles.Count(f => File.Exists(f.Key) && Digest(f.Key) != f.Value);
            foreach (var file in Directory.Exists(folder["spool"]) ? Directory.GetFiles(folder["spool"], "*.idx", SearchOption.AllDirectories) : [])
                foreach (var sealedFile in (string[])[file, Path.ChangeExtension(file, ".seg")]) sealedFiles.TryAdd(sealedFile, Digest(sealedFile));
        }
        var last = await ChildProcess.RunAsync(Recorded.ScopeAttach, [$"{shop.Id}", "--duration", "1s", "--quiet", "--no-report", "--snapshot", "none", "-o", folder.Path], environment: environment);
        var sent = await load.StopAsync();
        await Measures.SettleAsync(() => Holding.Of(shop.Id).Handles <= before.Handles + KeptHandles, s_settles);
        return [Measures.Figure("moments at which it was killed", moments), .. OfTarget(shop, sent, before), .. OfRecordings(folder, last, changed)];
    }

    // The collector's memory stays, as the README says, and the runtime keeps a handle or two of its own.
    const int KeptHandles = 8;

    static IEnumerable<BenchmarkRow> OfTarget(TargetProcess shop, LoadResult sent, Holding before) =>
    [
        Measures.Some("requests served meanwhile", sent.Ok),
        Measures.None("requests that failed", sent.Failed),
        Measures.AtMost("handles that the service has more than before", Holding.Of(shop.Id).Handles - before.Handles, KeptHandles, ""),
    ];

    static IEnumerable<BenchmarkRow> OfRecordings(TemporaryFolder folder, Ended last, int changed)
    {
        var recordings = Directory.GetDirectories(folder["spool"], "*.scope");
        var read = recordings.Select(r => RecordingReader.TryOpen(r, out _)).ToList();
        var unsealed = Directory.GetFiles(folder["spool"], "*.seg", SearchOption.AllDirectories).Count(seg => !File.Exists(Path.ChangeExtension(seg, ".idx")));
        return
        [
            BenchmarkRow.Alone("how the next start ended", "0", last.ExitCode, "", last.ExitCode == 0),
            Measures.Figure("recordings that were begun", recordings.Length),
            Measures.Some("events in them", read.Sum(r => r?.Count ?? 0)),
            Measures.None("files in them that are damaged", read.Sum(r => r?.Damages.Count ?? 0)),
            Measures.None("sealed files that changed", changed),
            Measures.None("segments that the next start left unsealed", unsealed),
            Measures.None("marks that somebody still writes", Directory.GetFiles(folder["spool"], "writing", SearchOption.AllDirectories).Length),
        ];
    }

    static string Digest(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
