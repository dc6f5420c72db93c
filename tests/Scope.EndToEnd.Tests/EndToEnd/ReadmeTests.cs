// Every command that the README shows is run here, as it stands there but for the names of the reader's own things: his
// pid, his recording, his program.
using System.IO.Compression;
using System.Text.RegularExpressions;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed partial class ReadmeTests
{
    static readonly TimeSpan DemoWithin = TimeSpan.FromSeconds(180);

    static readonly TemporaryFolder s_folder = new();
    static TargetProcess s_shop = null!;
    static Load s_load = null!;
    static PostgresServer s_postgres = null!;
    static string s_recording = "";

    [ClassInitialize]
    public static async Task RecordAsync(TestContext _)
    {
        s_postgres = await PostgresServer.StartAsync();
        await File.WriteAllTextAsync(s_folder["postgres"], s_postgres.ConnectionString);
        s_shop = await TargetProcess.StartAsync("Shop", "--no-db");
        s_load = Load.Start(s_shop, "memory", requests: 1_000_000, rate: 30);
        s_recording = await ScopeAttach.RecordAsync(s_shop.Id.ToString(), seconds: 4, s_folder, "--quiet", "--keep-nettrace");
        using var packed = new GZipStream(File.Create(s_folder["trace.nettrace.gz"]), CompressionLevel.Fastest);
        using var plain = File.OpenRead(Path.Combine(s_recording, "session2.nettrace"));
        plain.CopyTo(packed);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        await s_load.DisposeAsync();
        await s_shop.DisposeAsync();
        await s_postgres.DisposeAsync();
        s_folder.Dispose();
    }

    public static IEnumerable<object[]> ScopeCommands => Commands().Where(c => c.StartsWith("scope-attach ") || c.StartsWith("./scripts/scope-attach ")).Select(c => new object[] { c });

    [TestMethod]
    [DynamicData(nameof(ScopeCommands))]
    public async Task A_command_of_the_readme_works(string command)
    {
        var words = Word().Matches(Mine(command)).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value).ToArray();
        // What ends at Enter or Ctrl+C in the README ends by itself here.
        string[] ending = command is "scope-attach 4711" || command.Contains("--follow") ? ["--duration", "2s", "-o", s_folder.Path] : [];
        var ended = await ChildProcess.RunAsync(ScopeAttach.Program, [.. words[1..], .. ending], TimeSpan.FromSeconds(120), new Dictionary<string, string?> { ["SCOPE_POSTGRES"] = s_postgres.ConnectionString }, s_folder.Path);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, $"{string.Join(' ', words)}\n{ended.Output}\n{ended.Errors}");
    }

    [TestMethod]
    [DoNotParallelize]
    public async Task The_demo_names_the_planted_fault_and_its_method_first()
    {
        var ended = await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts", "demo"), [], DemoWithin, new Dictionary<string, string?> { ["SCOPE_DEMO_SECONDS"] = "8" });
        ended.ExitCode.ShouldBe(0, ended.Output + ended.Errors);
        ended.Output.Split('\n').ShouldContain(line => line.StartsWith("1. lock-contention: Scope.Targets.Shop.Stock.StockLedger.ReserveAndAudit"), ended.Output + ended.Errors);
        File.Exists(ended.Output.Trim().Split('\n')[^1]).ShouldBeTrue(ended.Output);
    }

    [TestMethod]
    public async Task The_packed_tool_installs_and_runs()
    {
        (await ChildProcess.RunAsync(Path.Combine(Checkout.Root, "scripts", "pack"), [], DemoWithin)).ExitCode.ShouldBe(0);
        (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "pack", "scope-attach.cdx.json"))).ShouldContain("pkg:nuget/Npgsql@");
        var install = Commands(inline: true).Single(c => c.StartsWith("dotnet tool install"));
        var words = install.Replace("--global", $"--tool-path {s_folder["tools"]}").Replace("--add-source pack", $"--add-source {Path.Combine(Checkout.Root, "pack")}").Split(' ');
        var installed = await ChildProcess.RunAsync(words[0], words[1..], DemoWithin, new Dictionary<string, string?> { ["NUGET_PACKAGES"] = s_folder["packages"] });
        installed.ExitCode.ShouldBe(0, installed.Output + installed.Errors);
        var ps = await ChildProcess.RunAsync(Path.Combine(s_folder["tools"], "scope-attach"), ["ps"]);
        ps.ExitCode.ShouldBe(0, ps.Errors);
        ps.Output.ShouldContain("Scope.Targets.Shop");
    }

    [TestMethod]
    public void The_suite_is_what_ci_runs_and_every_command_is_known_here()
    {
        File.ReadAllText(Path.Combine(Checkout.Root, ".ci", "run")).ShouldContain("./scripts/test");
        var others = Commands().Where(c => !c.Contains("scope-attach")).ToArray();
        others.ShouldBe(["./scripts/demo", "./scripts/test"]);
        Commands().Length.ShouldBeGreaterThan(10);
    }

    // The reader's things, replaced by ours.
    static string Mine(string command) => command
        .Replace("/mnt/backup", s_folder["archive"])
        .Replace("/mnt/warm", s_folder["warm-archive"])
        .Replace("/etc/scope/postgres", s_folder["postgres"])
        .Replace("restore Shop_20261121_030000.scope", "restore " + Path.GetFileName(s_recording))
        .Replace("Shop_20261121_030000.scope", s_recording)
        .Replace("--around 12345", "--around 100")
        .Replace("baseline save friday", $"baseline save friday --folder {s_folder["baselines"]}")
        .Replace("baseline compare friday", $"baseline compare friday --folder {s_folder["baselines"]}")
        .Replace("scope-attach 4711", "scope-attach " + s_shop.Id)
        .Replace("snapshot 4711", "snapshot " + s_shop.Id)
        .Replace("probe 4711", "probe " + s_shop.Id)
        .Replace("probe list 4711", "probe list " + s_shop.Id)
        .Replace("probe remove 4711", "probe remove " + s_shop.Id)
        .Replace("scope-attach Shop ", "scope-attach " + s_shop.Id + " ")
        .Replace("--for 60s", "--for 1s")
        .Replace("--duration 00:00:20", "--duration 00:00:02")
        .Replace("-o /var/tmp", "-o " + s_folder.Path)
        .Replace("dotnet Shop.dll", "dotnet " + Checkout.Program("tests/Targets/Scope.Targets.Shop", "Scope.Targets.Shop") + ".dll --list-faults")
        .Replace("trace.nettrace.gz", s_folder["trace.nettrace.gz"]);

    static string[] Commands(bool inline = false)
    {
        var readme = File.ReadAllText(Path.Combine(Checkout.Root, "README.md"));
        return inline ? [.. Inline().Matches(readme).Select(m => m.Groups[1].Value)]
            : [.. Block().Matches(readme).SelectMany(m => m.Groups[1].Value.Split('\n')).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0)];
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    // What stands in quotes is one word, as for a shell.
    [GeneratedRegex(@"'([^']*)'|\S+")]
    private static partial Regex Word();

    [GeneratedRegex("`((?:dotnet|\\./scripts/)[^`]*)`")]
    private static partial Regex Inline();
}
