// A recording in read-only mode finds what the others find, and the target's map of memory is what it was before.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class ReadOnlyTests
{
    [TestMethod]
    public async Task A_recording_in_read_only_mode_changes_nothing_in_the_target_and_still_names_the_cause()
    {
        using TemporaryFolder folder = new(), configured = new();
        await File.WriteAllTextAsync(configured["scope.toml"], "[safety]\nread_only = true\n");
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        (await shop.Client.PostAsync("/faults/lock-contention", content: null)).EnsureSuccessStatusCode();
        await using var load = Load.Start(shop, "lock-contention", requests: 1_000_000);
        var before = FilesIn(shop);
        var recording = await ScopeAttach.RecordAsync($"{shop.Id}", 5, folder, "--config", configured["scope.toml"], "--quiet");
        (await load.StopAsync()).Failed.ShouldBe(0);

        FilesIn(shop).Except(before).ShouldNotContain(file => file.Contains("scope", StringComparison.OrdinalIgnoreCase));
        Directory.Exists(Path.Combine(recording, "snapshots")).ShouldBeFalse();
        var findings = FindingsFile.Of(recording);
        findings.Findings.ShouldContain(f => f.Cause == "lock-contention" && f.Culprit.Contains("StockLedger"), findings.Print());
    }

    static HashSet<string> FilesIn(TargetProcess target) => [.. File.ReadLines($"/proc/{target.Id}/maps").Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 6).Select(words => words[5])];
}
