// Recording into Postgres: live while scope-attach runs, by store ship what a killed one left, and what the verbs say of it.
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class WarmTests
{
    [TestMethod]
    public async Task What_a_killed_recorder_had_not_shipped_is_shipped_by_hand_and_the_connection_string_is_never_shown()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 100_000, rate: 100);
        using TemporaryFolder folder = new("warm");
        await File.WriteAllTextAsync(folder["connection"], postgres.ConnectionString);
        var environment = new Dictionary<string, string?> { ["SCOPE__STORE__WARM__CONNECTION_FILE"] = folder["connection"], ["SCOPE__OUTPUT__FOLDER"] = folder.Path };
        Task<Ended> Run(params string[] arguments) => ChildProcess.RunAsync(ScopeAttach.Program, arguments, environment: environment);
        async Task<JsonElement> Status()
        {
            var status = await Run("store", "status", "--json");
            return status.ExitCode == 0 ? JsonDocument.Parse(status.Output).RootElement : default;
        }
        string recording;
        await using (var killed = ChildProcess.Start(ScopeAttach.Program, [shop.Id.ToString(), "-o", folder.Path, "--no-report", "--snapshot", "none", "--profile", "light"], environment))
        {
            await Deadline.UntilAsync("events to be in the database", async () => (await Status()) is { ValueKind: JsonValueKind.Object } s && s.GetProperty("recordings").EnumerateArray().Any(r => r.GetProperty("shippedEvents").GetInt64() > 0));
            await Deadline.UntilAsync("it to say how far behind Postgres is", () => killed.Errors.Contains("Postgres", StringComparison.Ordinal));
            recording = Directory.GetDirectories(folder.Path, "*.scope").ShouldHaveSingleItem();
            killed.Kill();
            await killed.EndAsync();
            killed.Errors.ShouldNotContain("Password");
        }
        (await Status()).GetProperty("recordings")[0].GetProperty("behind").GetInt64().ShouldBeGreaterThanOrEqualTo(0);
        (await Run("store", "ship", recording)).ExitCode.ShouldBe(ScopeAttach.Ok);
        (await Run("store", "ship", recording)).Output.ShouldStartWith("0 events shipped");
        var counted = await Run("query", recording, "--limit", "1000000", "--format", "csv");
        (await Status()).GetProperty("recordings")[0].GetProperty("shippedEvents").GetInt64().ShouldBe(counted.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1);
        (await Run("store", "chart")).Output.ShouldContain("longest");
        (await Run("store", "tidy")).ExitCode.ShouldBe(ScopeAttach.Ok);
        var shown = await ChildProcess.RunAsync(ScopeAttach.Program, ["config", "show"], environment: new Dictionary<string, string?> { ["SCOPE__STORE__WARM__CONNECTION"] = "Host=db;Password=hush" });
        shown.Output.ShouldContain("(set)");
        shown.Output.ShouldNotContain("hush");
        (await ChildProcess.RunAsync(ScopeAttach.Program, ["store", "status"], environment: new Dictionary<string, string?> { ["SCOPE_POSTGRES"] = "Host=;;Pass wrd=hush" })).Errors.ShouldNotContain("hush");
        (await load.StopAsync()).Failed.ShouldBe(0);
    }
}
