// Snapshots as users take them: alone, at the end of a recording, and when we are killed in the middle of one.
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class SnapshotTests
{
    static ChildProcess s_target = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        s_target = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Stuck"), []);
        await s_target.LineAsync("ready");
        foreach (string state in (string[])["deadlock", "cache 20000", "heap 200"])
        {
            await s_target.WriteLineAsync(state);
            await s_target.LineAsync($"done {state.Split(' ')[0]}");
        }
    }

    [ClassCleanup]
    public static async Task EndAsync() => await s_target.DisposeAsync();

    [TestMethod]
    public async Task Snapshot_names_a_deadlock_and_leaves_a_recording_that_report_reads()
    {
        using var folder = new TemporaryFolder();
        var ended = await ScopeAttach.RunAsync("snapshot", $"{s_target.Id}", "--max-pause", "60000", "--json", "-o", folder.Path);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        var answer = JsonDocument.Parse(ended.Output).RootElement;
        answer.GetProperty("findings")[0].GetProperty("cause").GetString().ShouldBe("deadlock");
        answer.GetProperty("findings")[0].GetProperty("culprit").GetString().ShouldBe("Scope.Targets.Stuck.Bank.Transfer");
        answer.GetProperty("snapshot").GetProperty("holders").EnumerateArray().Select(h => h.GetProperty("name").GetString()).ShouldContain("Scope.Targets.Stuck.OrderCache.Orders");

        var report = await ScopeAttach.RunAsync("report", ScopeAttach.RecordingIn(folder), "--json");
        report.ExitCode.ShouldBe(ScopeAttach.Ok, report.Errors);
        JsonDocument.Parse(report.Output).RootElement.GetProperty("findings")[0].GetProperty("cause").GetString().ShouldBe("deadlock");
    }

    [TestMethod]
    public async Task A_recording_ends_with_a_snapshot_and_can_do_without()
    {
        using var folder = new TemporaryFolder();
        var recording = await ScopeAttach.RecordAsync($"{s_target.Id}", 4, folder, "--max-pause", "60000", "--json");
        Directory.GetFiles(Path.Combine(recording, "snapshots"), "*.json.gz").ShouldNotBeEmpty();
        File.ReadAllText(Path.Combine(recording, "findings.json")).ShouldContain("\"deadlock\"");

        using var without = new TemporaryFolder();
        var plain = await ScopeAttach.RecordAsync($"{s_target.Id}", 2, without, "--snapshot", "none", "--json");
        Directory.Exists(Path.Combine(plain, "snapshots")).ShouldBeFalse();
    }

    [TestMethod]
    public async Task What_may_not_be_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        (await ScopeAttach.RunAsync("snapshot", $"{s_target.Id}", "--max-pause", "1", "--quiet", "-o", folder.Path)).ShouldRefuse("more than the 1 ms allowed", ScopeAttach.NotPossible);
        (await ScopeAttach.RunAsync("snapshot", "4194304", "-o", folder.Path)).ShouldRefuse("4194304", ScopeAttach.CouldNotAttach);
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [TestMethod]
    public async Task A_target_that_is_held_goes_on_when_we_are_killed()
    {
        using var folder = new TemporaryFolder();
        // The pause is short: we are killed at the first moment that the kernel says "stopped by a tracer".
        for (int attempt = 0; ; attempt++)
        {
            await using var agent = ScopeAttach.Start("snapshot", $"{s_target.Id}", "--max-pause", "60000", "--quiet", "-o", folder.Path);
            while (agent.Running && !IsHeld()) Thread.Yield();
            bool held = IsHeld();
            agent.Kill();
            if (held) break;
            attempt.ShouldBeLessThan(10, "the pause was never met");
        }
        await Deadline.UntilAsync("the target to go on", () => !IsHeld());
        await s_target.WriteLineAsync("gap-reset");
        await s_target.LineAsync("done gap-reset ok");
    }

    static bool IsHeld()
    {
        string stat = File.ReadAllText($"/proc/{s_target.Id}/stat");
        return stat[stat.LastIndexOf(')') + 2] == 't';
    }
}
