// Rules that look closer for a while: the deep profile in a recording of its own, and probes in it, whose hits make another rule
// fire and keep the time around them; then all is as before.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class CloserLookTests
{
    [ClassInitialize]
    public static async Task NeedsTheLibraryAsync(TestContext _)
    {
        var built = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts/build-native"), []);
        if (built.ExitCode != 0 && Environment.GetEnvironmentVariable("CI") != "true") Assert.Inconclusive(built.Output + built.Errors);
    }

    [TestMethod]
    public async Task A_rule_turns_on_the_deep_profile_and_probes_for_a_while_and_then_all_is_as_before()
    {
        using OwnWatch watch = new();
        watch.Configure(["shop"], $$"""
            [[watch.rule]]
            when = "webhook"
            of = "look"
            do = ["deep", "probes"]
            lasting = "2s"
            [[watch.rule]]
            name = "again"
            when = "webhook"
            of = "again"
            do = ["probes"]
            lasting = "1s"
            cool_down = "1s"
            [[watch.rule]]
            when = "probe-hit"
            of = "PriceCalculator.Total"
            do = ["command"]
            command = ["/usr/bin/touch", "{{watch["hit"]}}-{service}"]
            [[probe]]
            methods = "PriceCalculator.Total"
            args = true
            freeze = true
            hits = 0
            """);
        await using var shop = await TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], watch.As("shop"));
        await using var watching = watch.Start();
        await watch.AuditedAsync("attached");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 50);
        await watch.CallAsync("look");

        await watch.AuditedAsync("probes ended");
        await watch.AuditedAsync("next recording", times: 2);
        await watch.AuditedAsync("command");
        File.Exists(watch["hit-shop"]).ShouldBeTrue();
        watch.Audit().ShouldContain(a => a.What == "fired" && a.Rule == "probe-hit" && a.Text.StartsWith("probe-hit of PriceCalculator.Total is "));
        (await watch.StatusAsync()).Output.ShouldContain("profile light");
        (await ScopeAttach.RunAsync("probe", "list", $"{shop.Id}")).Output.ShouldContain("reverted");
        var recordings = Directory.GetDirectories(watch["state/spool"], "shop_*.scope").Order().ToList();
        recordings.Count.ShouldBe(3, "before, deep, after");
        (await HitsAsync(recordings[0]), await HitsAsync(recordings[2])).ShouldBe((0, 0));
        (await HitsAsync(recordings[1])).ShouldBeGreaterThan(10);

        // What a hit is to have kept is kept though other probes came after it, and none of them was hit.
        await Deadline.UntilAsync("the time around the first hit to be kept", () => Kept(watch) == 1);
        await watch.CallAsync("again");
        await watch.AuditedAsync("probes ended", times: 2);
        (await load.StopAsync()).Failed.ShouldBe(0);
        await watch.CallAsync("again");
        await watch.AuditedAsync("probes", times: 3);
        watching.Signal(2);
        (await watching.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, watching.Errors);
        watch.Audit().ShouldAllBe(a => a.Done, "nothing failed");
        Kept(watch).ShouldBe(2);
    }

    [TestMethod]
    public async Task Probes_that_are_on_are_set_in_each_recording_of_a_watch()
    {
        using OwnWatch watch = new();
        watch.Configure(["shop"], """
            [hooks]
            probes = "on"
            [[watch.rule]]
            when = "webhook"
            of = "look"
            do = ["deep", "probes"]
            lasting = "60s"
            [[probe]]
            methods = "PriceCalculator.Total"
            """);
        await using var shop = await TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], watch.As("shop"));
        await using var watching = watch.Start();
        await watch.AuditedAsync("attached");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 50);
        await Deadline.UntilAsync("hits in the first recording", () => HasHits(watch, 0));
        await watch.CallAsync("look");
        await Deadline.UntilAsync("hits in the next one", () => HasHits(watch, 1));
        watch.Audit().ShouldContain(a => a.What == "probes" && a.Text == "they are in anyway");
        watching.Signal(2);
        (await watching.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, watching.Errors);
        (await load.StopAsync()).Failed.ShouldBe(0);
        (await ScopeAttach.RunAsync("probe", "list", $"{shop.Id}")).Output.ShouldContain("reverted");
    }

    static async Task<bool> HasHits(OwnWatch watch, int number) =>
        Directory.GetDirectories(watch["state/spool"], "shop_*.scope").Order().ElementAtOrDefault(number) is { } recording
        && (await ScopeAttach.RunAsync("query", recording, "kind:method-leave", "--format", "csv")).Output.Contains("PriceCalculator.Total");

    static int Kept(OwnWatch watch) => Directory.GetDirectories(watch["state/incidents"], "shop-probe_*.scope").Length;

    static async Task<int> HitsAsync(string recording)
    {
        var asked = await ScopeAttach.RunAsync("query", recording, "method:*PriceCalculator.Total", "kind:method-leave", "--format", "csv");
        asked.ExitCode.ShouldBe(ScopeAttach.Ok, asked.Errors);
        return asked.Output.Split('\n').Length - 1;
    }
}
