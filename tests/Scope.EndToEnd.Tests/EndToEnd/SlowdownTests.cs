// A recording looks at its target before it begins, and says what the target's requests took then and since.
using System.Globalization;
using System.Text.RegularExpressions;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed partial class SlowdownTests
{
    [TestMethod]
    public async Task What_a_target_pays_is_measured_against_how_it_served_before()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 1_000_000, rate: 300);
        using TemporaryFolder folder = new();
        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet", "--no-report", "--snapshot", "none");
        await Deadline.UntilAsync("it to be held against before", () => Directory.GetFiles(folder.Path, "recording.json", SearchOption.AllDirectories).Any(info => File.ReadAllText(info).Contains("before it was recorded")));
        scope.Signal(2);
        (await scope.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok, scope.Errors);
        (await load.StopAsync()).Failed.ShouldBe(0);
        var told = Told().Match(scope.Errors);
        told.Success.ShouldBeTrue(scope.Errors);
        foreach (var side in (string[])["before", "since"]) double.Parse(told.Groups[side].Value, CultureInfo.InvariantCulture).ShouldBeInRange(20, 2_000, scope.Errors); // 300 are sent; a machine that others use too sends them in heaps.
    }

    [GeneratedRegex("before it was recorded: (?<before>[0-9]+) requests a second, half of them within .+ CPU each; since then: (?<since>[0-9]+) requests a second, .+ by estimate")]
    private static partial Regex Told();
}
