// A recording that costs its target more than scope.toml allows turns its sources down, says so in its history, and comes back
// when the burst is over.
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
[DoNotParallelize]
public sealed class PressureTests
{
    [TestMethod]
    public async Task Beyond_the_budget_sources_are_turned_down_step_by_step_and_up_again_when_it_is_calm()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using TemporaryFolder folder = new();
        await using var scope = ChildProcess.Start(ScopeAttach.Program, [shop.Id.ToString(), "-o", folder.Path, "--no-report", "--snapshot", "none", "--quiet"],
            new Dictionary<string, string?> { ["SCOPE__SAFETY__MAX_TARGET_OVERHEAD_PERCENT"] = "1" });
        await using (var load = Load.Start(shop, "small", requests: 1_000_000, rate: 2_000))
        {
            await Deadline.UntilAsync("pressure to be critical", async () => (await LevelsAsync()).LastOrDefault() == 3);
            (await load.StopAsync()).Failed.ShouldBe(0);
        }
        await Deadline.UntilAsync("pressure to fall", async () => (await LevelsAsync())[^1] < 3);
        scope.Signal(2);
        (await scope.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, scope.Errors);

        scope.Errors.ShouldContain("pressure critical since");
        scope.Errors.ShouldContain("the target's cost, of its budget");
        var levels = await LevelsAsync();
        levels.Take(levels.IndexOf(3)).ShouldBeInOrder();
        var findings = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(ScopeAttach.RecordingIn(folder), "findings.json"))).RootElement;
        findings.ToString().ShouldContain("flows that went well");

        async Task<List<int>> LevelsAsync()
        {
            if (Directory.GetDirectories(folder.Path, "*.scope") is not [var recording]) return [];
            var told = await ScopeAttach.RunAsync("query", recording, "kind:pressure", "--json");
            if (told.ExitCode != ScopeAttach.Ok) return []; // Nothing is sealed yet.
            return [.. told.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("value").GetInt32())];
        }
    }
}
