// Watch mode on real processes: found when they appear, kept with the time before a trigger, followed from one process to the
// next, and through the watcher's own death.
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class WatchTests
{
    const int Interrupt = 2;

    [TestMethod]
    public async Task A_planted_incident_is_kept_with_the_time_before_it_and_a_restarted_service_goes_on_also_after_the_watchers_death()
    {
        using OwnWatch watch = new();
        var program = watch["Shop"]; // A path that only this test's processes have.
        File.CreateSymbolicLink(program, Checkout.Program("tests/Targets/Scope.Targets.Shop"));
        watch.Configure([], $"""
            [[watch.target]]
            service = "shop"
            command_line = "*{program}*"
            profile = "light"
            [[watch.rule]]
            name = "locked"
            when = "finding"
            of = "lock-contention"
            do = ["freeze"]
            before = "20s"
            after = "1s"
            [[watch.rule]]
            name = "died"
            when = "exit"
            of = "error"
            do = ["report"]
            before = "5s"
            """);
        await using var watching = watch.Start();
        DateTime planted;
        await using (var shop = await TargetProcess.StartAsync(program, ["--no-db"], environment: null))
        {
            await watch.AuditedAsync("attached");
            await using (var calm = Load.Start(shop, "small", requests: 100)) (await calm.EndAsync()).Failed.ShouldBe(0);
            planted = DateTime.UtcNow;
            (await shop.Client.PostAsync("/faults/lock-contention", content: null)).EnsureSuccessStatusCode();
            await using var load = Load.Start(shop, "lock-contention", requests: 1_000_000);
            await watch.AuditedAsync("freeze");
            (await load.StopAsync()).Failed.ShouldBe(0);
        }
        var kept = Directory.GetDirectories(watch["state/incidents"], "shop-locked_*.scope").ShouldHaveSingleItem();
        var incident = RecordingReader.Open(kept);
        incident.Ledger.Lost.ShouldBe(0);
        incident.Info.Started.ToInstant().ToDateTimeUtc().ShouldBeLessThan(planted);
        var before = await ScopeAttach.RunAsync("query", kept, "kind:request", $"before:{planted:O}", "--format", "csv");
        before.Output.Split('\n').Length.ShouldBeGreaterThan(50, "the calm before is in it too");
        var findings = FindingsFile.Of(kept);
        findings.Findings.ShouldContain(f => f.Cause == "lock-contention" && f.Culprit.Contains("StockLedger"), findings.Print()); // Not the first on a machine that others use too.
        findings.Window.GetProperty("from").GetDateTime().ToUniversalTime().ShouldBeLessThan(planted);
        (await File.ReadAllTextAsync(Path.Combine(kept, "incident.html"))).ShouldContain("rule locked of scope-attach watch fired at");

        // The process was killed with the end of the block above.
        await watch.AuditedAsync("report");
        Directory.GetFiles(watch["state/incidents"], "incident.html", SearchOption.AllDirectories).Length.ShouldBe(2);
        await using var next = await TargetProcess.StartAsync(program, ["--no-db"], environment: null);
        await watch.AuditedAsync("attached", times: 2);
        await Deadline.UntilAsync("it to be recorded", () => Directory.GetDirectories(watch["state/spool"], "shop_*.scope").Length == 2 && Unsealed(watch).Any(seg => new FileInfo(seg).Length > 1000));

        watching.Kill();
        await watching.EndAsync();
        var sealedBefore = Segments(watch).Except(Unsealed(watch)).ToDictionary(path => path, File.ReadAllBytes);
        sealedBefore.Count.ShouldBeGreaterThan(0);
        await using var again = watch.Start();
        await watch.AuditedAsync("attached", times: 3);
        foreach (var (path, bytes) in sealedBefore) (await File.ReadAllBytesAsync(path)).ShouldBe(bytes, path);
        Unsealed(watch).ShouldAllBe(path => path.StartsWith(Directory.GetDirectories(watch["state/spool"], "shop_*.scope").Order().Last()));
        again.Signal(Interrupt);
        (await again.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok);
        Unsealed(watch).ShouldBeEmpty();
        watch.Audit()[^1].What.ShouldBe("stopped");
        (await next.Client.GetAsync("/ping")).EnsureSuccessStatusCode();
    }

    static string[] Segments(OwnWatch watch) => Directory.GetFiles(watch["state/spool"], "*.seg", SearchOption.AllDirectories);

    static IEnumerable<string> Unsealed(OwnWatch watch) => Segments(watch).Where(path => !File.Exists(Path.ChangeExtension(path, ".idx")));
}
