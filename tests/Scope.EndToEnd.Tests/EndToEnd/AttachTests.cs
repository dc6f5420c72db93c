// Getting at the process: by its name, and what becomes of the target when we are killed in the middle.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class AttachTests
{
    const int Stop = 19, Continue = 18;

    [TestMethod]
    public async Task A_process_is_found_by_its_name()
    {
        // A name that no other process on this machine has.
        using var folder = new TemporaryFolder();
        string name = $"shop-{Environment.ProcessId}";
        File.CreateSymbolicLink(folder[name], Checkout.Program("tests/Targets/Scope.Targets.Shop"));
        await using var shop = await TargetProcess.StartAsync(folder[name], ["--no-db"], environment: null);
        await using var load = Load.Start(shop, "small", requests: 100_000, rate: 50);

        string recording = await ScopeAttach.RecordAsync(name, seconds: 3, folder, "--quiet", "--profile", "light");

        FindingsFile.Of(recording).Target.GetProperty("pid").GetInt32().ShouldBe(shop.Id);
        (await load.StopAsync()).Failed.ShouldBe(0);
    }

    [TestMethod]
    public async Task The_recording_ends_by_itself_when_the_target_does()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var folder = new TemporaryFolder();
        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet");
        await UntilRecordingAsync(folder);
        await using (var load = Load.Start(shop, "small", requests: 200))
            (await load.EndAsync()).Failed.ShouldBe(0);
        await shop.StopAsync();

        var ended = await scope.EndAsync();
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        File.Exists(Path.Combine(ScopeAttach.RecordingIn(folder), "incident.html")).ShouldBeTrue();
    }

    [TestMethod]
    public async Task Asked_to_end_before_it_has_begun_it_ends_in_good_order()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var folder = new TemporaryFolder();
        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet", "--snapshot", "none");
        await UntilRecordingAsync(folder); // Its folder comes before its first session.
        scope.Signal(2);
        var ended = await scope.EndAsync();
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        File.Exists(Path.Combine(ScopeAttach.RecordingIn(folder), "recording.json")).ShouldBeTrue();
    }

    [TestMethod]
    public async Task Asked_to_end_again_while_it_attaches_it_gives_up_at_once_also_where_the_target_hangs_and_leaves_nothing_behind()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        var before = SessionsOf(shop);
        foreach (var hangs in (bool[])[false, true])
        {
            using var folder = new TemporaryFolder();
            await using var scope = ChildProcess.Start(ScopeAttach.Program, [shop.Id.ToString(), "-o", folder.Path, "--quiet"], new Dictionary<string, string?> { ["SCOPE__SAFETY__LOOK_BEFORE"] = "60s" });
            await Deadline.UntilAsync("its first session to begin", () => SessionsOf(shop) > before);
            if (hangs) shop.Process.Signal(Stop);
            scope.Signal(2);
            await Deadline.UntilAsync("it to have heard that", () => File.ReadLines($"/proc/{scope.Id}/status").Single(line => line.StartsWith("ShdPnd", StringComparison.Ordinal)).EndsWith("0000", StringComparison.Ordinal));
            scope.Signal(2);
            // Neither the minute of the first look nor the patience with a target that does not answer.
            (await scope.EndAsync(TimeSpan.FromSeconds(20))).ShouldRefuse("given up before anything was recorded, as you asked twice", ScopeAttach.CouldNotAttach);
            Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
            if (hangs) shop.Process.Signal(Continue);
            await Deadline.UntilAsync("no session to be left", () => SessionsOf(shop) == before);
        }
        (await shop.Client.GetAsync("/ping")).EnsureSuccessStatusCode();
    }

    // The runtime has a thread for each session, and one that listens, which are called alike.
    static int SessionsOf(TargetProcess shop) => Directory.GetDirectories($"/proc/{shop.Id}/task").Count(thread => NameOf(thread) == ".NET EventPipe");

    static string NameOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            return ""; // It has ended meanwhile.
        }
    }

    [TestMethod]
    public async Task Activities_that_another_tool_took_and_left_come_back_and_the_gap_is_told()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 100_000, rate: 100);
        using TemporaryFolder folder = new(), others = new();
        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet", "--no-report");
        await UntilRecordingAsync(folder);
        // It is any tool that asks the bridge for something else.
        await ScopeAttach.RecordAsync(shop.Id.ToString(), seconds: 1, others, "--quiet", "--no-report", "--profile", "light",
            "--providers", "Microsoft-Diagnostics-DiagnosticSource:0x2:4:FilterAndPayloadSpecs=\"Nobody/Nothing:-\"");
        await Deadline.UntilAsync("the gap to be told", () => Info(folder).Contains("another tool took the arguments of DiagnosticSource"));
        await UntilServedAsync(shop, 200);
        var told = Info(folder).Split("another tool took").Length; // Where the other one took long, it was begun anew beside it too.
        await UntilServedAsync(shop, 200);
        scope.Signal(2);
        (await scope.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok);

        // No more of it: with the session begun anew they came again.
        Info(folder).Split("another tool took").Length.ShouldBe(told);
    }

    static string Info(TemporaryFolder folder) => File.ReadAllText(Path.Combine(ScopeAttach.RecordingIn(folder), "recording.json"));

    [TestMethod]
    public async Task Killed_in_the_middle_it_harms_nobody_and_what_it_holds_is_told()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "memory", requests: 100_000, rate: 60);
        using var folder = new TemporaryFolder();
        await using (var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet"))
        {
            await Deadline.UntilAsync("events to reach the disk", () => Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0));
            await UntilServedAsync(shop, 100);
            scope.Kill();
        }
        await UntilServedAsync(shop, 100);
        var sent = await load.StopAsync();
        sent.Failed.ShouldBe(0, sent.FirstFailure);
        sent.Ok.ShouldBe(sent.Sent);

        var report = await ScopeAttach.RunAsync("report", ScopeAttach.RecordingIn(folder));
        report.ExitCode.ShouldBe(ScopeAttach.Ok, report.Errors);
        report.Output.ShouldContain("events");
        FindingsFile.Of(ScopeAttach.RecordingIn(folder)).Ledger.Captured.ShouldBeGreaterThan(0);

        // And the next attach works: nothing that the killed one left in the target is in its way.
        using var again = new TemporaryFolder();
        await ScopeAttach.RecordAsync(shop.Id.ToString(), seconds: 2, again, "--quiet", "--no-report");
    }

    [TestMethod]
    public async Task The_report_is_about_all_that_was_recorded_though_memory_held_the_end_of_it_only()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 5_000_000);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["small.toml"], "[limits]\nhot_events = 65536\n[safety]\nmax_target_overhead_percent = 100\n");

        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--quiet", "--profile", "deep", "--config", folder["small.toml"]);
        await Deadline.UntilAsync("far more to be sealed than memory holds", () => Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) > 3 * 65536 * 12);
        await load.StopAsync();
        scope.Signal(2);
        (await scope.EndAsync()).ExitCode.ShouldBe(ScopeAttach.Ok);

        var recording = ScopeAttach.RecordingIn(folder);
        var first = await EndmostAsync(recording, "oldest");
        FindingsFile.Of(recording).Window.GetProperty("from").GetDateTime().ShouldBe(first.GetProperty("time").GetDateTime(), TimeSpan.FromMilliseconds(1));
        var last = await EndmostAsync(recording, "newest");
        (last.GetProperty("id").GetInt64() - first.GetProperty("id").GetInt64()).ShouldBeGreaterThan(2 * 65536); // Else it would prove nothing.
    }

    static async Task<System.Text.Json.JsonElement> EndmostAsync(string recording, string order) =>
        System.Text.Json.JsonDocument.Parse((await ScopeAttach.RunAsync("query", recording, "--limit", "1", "--order", order, "--format", "json")).Output).RootElement;

    [TestMethod]
    public async Task What_is_asked_for_is_printed_as_it_comes_and_what_makes_no_sense_is_refused_before()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using var folder = new TemporaryFolder();
        var refused = await ScopeAttach.RunAsync(shop.Id.ToString(), "-o", folder.Path, "--follow", "kind:reqest");
        refused.ExitCode.ShouldBe(ScopeAttach.BadArgument);
        refused.Errors.ShouldContain("did you mean request?");
        (await ScopeAttach.RunAsync(shop.Id.ToString(), "-o", folder.Path, "--follow", "kind:request", "--json")).ShouldRefuse("--follow prints lines for people, and --json one object for programs: leave one out", ScopeAttach.BadArgument);
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty("nothing was attached to");

        await using var load = Load.Start(shop, "small", requests: 100_000, rate: 50);
        await using var scope = ScopeAttach.Start(shop.Id.ToString(), "-o", folder.Path, "--no-report", "--snapshot", "none", "--profile", "light", "--follow", "kind:request limit:3");
        (await scope.LineAsync("request")).ShouldContain("GET /"); // Whichever came first.
        scope.Signal(2);
        var ended = await scope.EndAsync();
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        ended.Output.Split('\n').Count(line => line.Contains("  request  ")).ShouldBeInRange(1, 3);
    }

    static Task UntilRecordingAsync(TemporaryFolder folder) => Deadline.UntilAsync("a recording to begin", () => Directory.GetDirectories(folder.Path, "*.scope").Length > 0);

    static async Task UntilServedAsync(TargetProcess shop, long more)
    {
        long before = await ServedAsync(shop);
        await Deadline.UntilAsync($"{more} more requests to be served", async () => await ServedAsync(shop) >= before + more);
    }

    static async Task<long> ServedAsync(TargetProcess shop)
    {
        using var served = System.Text.Json.JsonDocument.Parse(await shop.Client.GetStringAsync("/served"));
        return served.RootElement.GetProperty("served").GetInt64();
    }
}
