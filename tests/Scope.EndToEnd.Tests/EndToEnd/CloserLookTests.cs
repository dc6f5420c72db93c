// A rule that looks closer for a while: the deep profile in a recording of its own, and probes in it; then all is as before.
using System.Net.Http.Headers;
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class CloserLookTests
{
    [TestMethod]
    public async Task A_rule_turns_on_the_deep_profile_and_probes_for_a_while_and_then_all_is_as_before()
    {
        var built = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts/build-native"), []);
        if (built.ExitCode != 0 && Environment.GetEnvironmentVariable("CI") != "true") Assert.Inconclusive(built.Output + built.Errors);
        using TemporaryFolder folder = new();
        var mark = Path.GetFileName(folder.Path);
        await File.WriteAllTextAsync(folder["scope.toml"], $"""
            [watch]
            folder = "{folder["state"]}"
            port = 0
            poll = "200ms"
            [[watch.target]]
            service = "shop"
            environment = ["SHOP_OF={mark}"]
            profile = "light"
            [[watch.rule]]
            when = "webhook"
            of = "look"
            do = ["deep", "probes"]
            lasting = "2s"
            [[probe]]
            methods = "PriceCalculator.Total"
            args = true
            hits = 0
            """);
        await using var shop = await TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], new Dictionary<string, string?> { ["SHOP_OF"] = mark });
        await using var watch = ChildProcess.Start(ScopeAttach.Program, ["watch", "--config", folder["scope.toml"]]);
        await Deadline.UntilAsync("it to be attached to", () => Audit(folder).Exists(a => a.What == "attached"));
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 50);
        using var client = new HttpClient { BaseAddress = new(JsonDocument.Parse(File.ReadAllText(folder["state/operations.json"])).RootElement.GetProperty("url").GetString()!) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(folder["state/token"]));
        (await client.PostAsync("trigger/look", content: null)).EnsureSuccessStatusCode();

        await Deadline.UntilAsync("the probes to be out and the usual profile to be on again", () => Audit(folder) is var audit && audit.Exists(a => a is ("probes ended", true, _)) && audit.Count(a => a is ("next recording", true, _)) == 2);
        (await load.StopAsync()).Failed.ShouldBe(0);
        Audit(folder).ShouldAllBe(a => a.Done, "nothing failed");
        (await ScopeAttach.RunAsync("status", "--config", folder["scope.toml"])).Output.ShouldContain("profile light");
        (await ScopeAttach.RunAsync("probe", "list", $"{shop.Id}")).Output.ShouldContain("reverted");
        watch.Signal(2);
        (await watch.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, watch.Errors);
        var hits = new List<int>();
        foreach (var recording in Directory.GetDirectories(folder["state/spool"], "shop_*.scope").Order())
            hits.Add((await ScopeAttach.RunAsync("query", recording, "method:*PriceCalculator.Total", "kind:method-leave", "--format", "csv")).Output.Split('\n').Length - 1);
        hits.Count.ShouldBe(3, "before, deep, after");
        (hits[0], hits[2]).ShouldBe((0, 0));
        hits[1].ShouldBeGreaterThan(10);
    }

    static List<(string What, bool Done, string Text)> Audit(TemporaryFolder folder) => !File.Exists(folder["state/audit.jsonl"]) ? [] :
        [.. File.ReadAllLines(folder["state/audit.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).Select(e => (e.GetProperty("what").GetString()!, e.GetProperty("done").GetBoolean(), e.GetProperty("text").GetString()!))];
}
