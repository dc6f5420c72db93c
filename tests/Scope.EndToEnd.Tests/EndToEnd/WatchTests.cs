// Watch mode on real processes: found when they appear, kept with the time before a trigger, followed from one process to the
// next, and through the watcher's own death.
using System.Text.Json;
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
        using TemporaryFolder folder = new();
        var program = folder["Shop-" + Path.GetFileName(folder.Path)]; // A name that only this test's processes have.
        File.CreateSymbolicLink(program, Checkout.Program("tests/Targets/Scope.Targets.Shop"));
        await File.WriteAllTextAsync(folder["scope.toml"], $"""
            [watch]
            folder = "{folder["state"]}"
            poll = "200ms"
            port = 0
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
        ChildProcess Watch() => ChildProcess.Start(ScopeAttach.Program, ["watch", "--config", folder["scope.toml"]]);
        await using var watch = Watch();
        DateTime planted;
        await using (var shop = await TargetProcess.StartAsync(program, ["--no-db"], environment: null))
        {
            await Audited(folder, "attached");
            await using (var calm = Load.Start(shop, "small", requests: 100)) (await calm.EndAsync()).Failed.ShouldBe(0);
            planted = DateTime.UtcNow;
            (await shop.Client.PostAsync("/faults/lock-contention", content: null)).EnsureSuccessStatusCode();
            await using var load = Load.Start(shop, "lock-contention", requests: 1_000_000);
            await Audited(folder, "freeze");
            (await load.StopAsync()).Failed.ShouldBe(0);
        }
        var kept = Directory.GetDirectories(folder["state/incidents"], "shop-locked_*.scope").ShouldHaveSingleItem();
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
        await Audited(folder, "report");
        Directory.GetFiles(folder["state/incidents"], "incident.html", SearchOption.AllDirectories).Length.ShouldBe(2);
        await using var next = await TargetProcess.StartAsync(program, ["--no-db"], environment: null);
        await Deadline.UntilAsync("the next process to be attached", () => Audit(folder).Count(a => a is ("attached", "shop", _)) == 2);
        await Deadline.UntilAsync("it to be recorded", () => Directory.GetDirectories(folder["state/spool"], "shop_*.scope").Length == 2 && Unsealed(folder).Any(seg => new FileInfo(seg).Length > 1000));

        watch.Kill();
        await watch.EndAsync();
        var sealedBefore = Segments(folder).Except(Unsealed(folder)).ToDictionary(path => path, File.ReadAllBytes);
        sealedBefore.Count.ShouldBeGreaterThan(0);
        await using var again = Watch();
        await Deadline.UntilAsync("the service to be attached to again", () => Audit(folder).Count(a => a is ("attached", "shop", _)) == 3);
        foreach (var (path, bytes) in sealedBefore) (await File.ReadAllBytesAsync(path)).ShouldBe(bytes, path);
        Unsealed(folder).ShouldAllBe(path => path.StartsWith(Directory.GetDirectories(folder["state/spool"], "shop_*.scope").Order().Last()));
        again.Signal(Interrupt);
        (await again.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok);
        Unsealed(folder).ShouldBeEmpty();
        Audit(folder)[^1].What.ShouldBe("stopped");
        (await next.Client.GetAsync("/ping")).EnsureSuccessStatusCode();
    }

    static Task Audited(TemporaryFolder folder, string what) => Deadline.UntilAsync($"{what} to be in the audit log", () => Audit(folder).Exists(a => a is (var w, _, true) && w == what));

    static List<(string What, string Service, bool Done)> Audit(TemporaryFolder folder) => !File.Exists(folder["state/audit.jsonl"]) ? [] :
        [.. File.ReadAllLines(folder["state/audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).Select(e => (e.GetProperty("what").GetString()!, e.GetProperty("service").GetString()!, e.GetProperty("done").GetBoolean()))];

    static string[] Segments(TemporaryFolder folder) => Directory.GetFiles(folder["state/spool"], "*.seg", SearchOption.AllDirectories);

    static IEnumerable<string> Unsealed(TemporaryFolder folder) => Segments(folder).Where(path => !File.Exists(Path.ChangeExtension(path, ".idx")));
}
