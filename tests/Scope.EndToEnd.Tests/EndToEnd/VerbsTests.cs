// The verbs on recordings that were really made: of the sample shop, and of a program that is not ours, the C# compiler
// server while it compiles.
using System.Runtime.InteropServices;
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class VerbsTests
{
    static readonly TemporaryFolder s_shopFolder = new();
    static readonly TemporaryFolder s_compilerFolder = new();
    static string s_shop = "";
    static string s_compiler = "";

    [ClassInitialize]
    public static async Task RecordAsync(TestContext _)
    {
        s_shop = await RecordShopAsync();
        s_compiler = await RecordCompilerAsync();
    }

    [ClassCleanup]
    public static void Delete()
    {
        s_shopFolder.Dispose();
        s_compilerFolder.Dispose();
    }

    [TestMethod]
    public async Task Report_writes_a_report_of_a_window_elsewhere()
    {
        foreach (string recording in (string[])[s_shop, s_compiler])
        {
            using var folder = new TemporaryFolder();
            var ended = await ScopeAttach.RunAsync("report", recording, "--from", "+1s", "--to", "+3s", "-o", folder.Path);
            ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
            string html = File.ReadAllText(folder["incident.html"]);
            html.ShouldContain("Content-Security-Policy");
            html.TrimEnd().ShouldEndWith("</html>");
        }
    }

    [TestMethod]
    public async Task Query_finds_requests_and_keeps_to_its_limit()
    {
        var ended = await ScopeAttach.RunAsync("query", s_shop, "--kind", "request", "--limit", "7", "--order", "newest", "--format", "json");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        var events = ended.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        events.Length.ShouldBe(7);
        events.ShouldAllBe(e => e.GetProperty("kind").GetString() == "request");
    }

    [TestMethod]
    public async Task Help_comes_without_the_arguments_that_a_verb_needs()
    {
        var ended = await ScopeAttach.RunAsync("query", "--help");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        ended.Output.ShouldContain("method:Orders.*");
        (await ScopeAttach.RunAsync("report", "--help")).ExitCode.ShouldBe(ScopeAttach.Ok);
    }

    [TestMethod]
    public async Task Query_understands_a_question_in_words_and_points_at_what_it_does_not()
    {
        var ended = await ScopeAttach.RunAsync("query", s_shop, "kind:request", "dur>0ms order:newest limit:3", "--format", "json");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        ended.Output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()).ShouldBe(["request", "request", "request"]);
        var refused = await ScopeAttach.RunAsync("query", s_shop, "limit:3 kind:reqest");
        refused.ExitCode.ShouldBe(ScopeAttach.BadArgument);
        refused.Errors.ShouldContain("did you mean request?");
        refused.Errors.Split('\n').Select(line => line.TrimEnd()).ShouldContain("               ^");
    }

    [TestMethod]
    public async Task Query_counts_by_route_and_says_how_it_answers()
    {
        var groups = await ScopeAttach.RunAsync("query", s_shop, "kind:sql", "--group-by", "route", "--aggregate", "count,p99", "--json");
        groups.ExitCode.ShouldBe(ScopeAttach.Ok, groups.Errors);
        var rows = JsonDocument.Parse(groups.Output).RootElement;
        rows.GetProperty("groups").EnumerateArray().Sum(row => row.GetProperty("count").GetInt64()).ShouldBe(rows.GetProperty("events").GetInt64());
        rows.GetProperty("groups").EnumerateArray().ShouldAllBe(row => row.GetProperty("p99").GetDouble() > 0);
        var explained = await ScopeAttach.RunAsync("query", s_shop, s_compiler, "kind:sql", "--explain", "--json");
        explained.ExitCode.ShouldBe(ScopeAttach.Ok, explained.Errors);
        var parts = JsonDocument.Parse(explained.Output).RootElement.GetProperty("parts").EnumerateArray().ToArray();
        parts.Select(part => part.GetProperty("recording").GetString()).ShouldBe([Path.GetFileName(s_shop), Path.GetFileName(s_compiler)]);
        parts[0].GetProperty("events").GetInt64().ShouldBe(rows.GetProperty("events").GetInt64());
        parts[1].GetProperty("expected").GetInt64().ShouldBe(0, "a compiler asks no database");
    }

    [TestMethod]
    public async Task Query_shows_what_the_compiler_did()
    {
        var ended = await ScopeAttach.RunAsync("query", s_compiler, "--limit", "5");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        ended.Output.Split('\n').Length.ShouldBeGreaterThanOrEqualTo(5);
    }

    [TestMethod]
    [DataRow("speedscope", "$schema")]
    [DataRow("chrometrace", "traceEvents")]
    public async Task Export_writes_json_for_other_tools(string format, string property)
    {
        foreach (string recording in (string[])[s_shop, s_compiler])
        {
            using var folder = new TemporaryFolder();
            var ended = await ScopeAttach.RunAsync("export", recording, "--format", format, "-o", folder["out.json"]);
            ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
            using var written = JsonDocument.Parse(File.ReadAllBytes(folder["out.json"]));
            written.RootElement.TryGetProperty(property, out _).ShouldBeTrue();
        }
    }

    [TestMethod]
    public async Task Export_to_otlp_writes_a_file_for_each_signal()
    {
        using var folder = new TemporaryFolder();
        var ended = await ScopeAttach.RunAsync("export", s_shop, "--format", "otlp", "-o", folder["shop.otlp"]);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        Directory.GetFiles(folder.Path).Select(Path.GetFileName).ShouldBe(["shop.traces.otlp", "shop.logs.otlp"], ignoreOrder: true);
        new FileInfo(folder["shop.traces.otlp"]).Length.ShouldBeGreaterThan(1000);
        var piped = await ScopeAttach.RunAsync("export", s_shop, "--format", "otlp", "-o", "-");
        piped.ShouldRefuse("otlp-traces or otlp-logs", ScopeAttach.BadArgument);
    }

    [TestMethod]
    public async Task Export_writes_a_json_object_a_line()
    {
        using var folder = new TemporaryFolder();
        var ended = await ScopeAttach.RunAsync("export", s_shop, "--format", "ndjson", "-o", folder["out.ndjson"]);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        int lines = 0;
        foreach (string line in File.ReadLines(folder["out.ndjson"]))
        {
            JsonDocument.Parse(line).Dispose();
            lines++;
        }
        lines.ShouldBeGreaterThan(100);
    }

    [TestMethod]
    public async Task Explain_tells_the_evidence_of_each_finding_in_order_and_refuses_a_rank_that_there_is_not()
    {
        var ended = await ScopeAttach.RunAsync("explain", s_shop, "--json");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        foreach (var finding in JsonDocument.Parse(ended.Output).RootElement.EnumerateArray())
        {
            finding.GetProperty("evidence").EnumerateArray().ShouldNotBeEmpty();
            finding.GetProperty("next").EnumerateArray().ShouldNotBeEmpty();
        }
        (await ScopeAttach.RunAsync("explain", s_shop, "999")).ExitCode.ShouldBe(ScopeAttach.BadArgument);
    }

    [TestMethod]
    public async Task A_recording_got_no_worse_than_itself()
    {
        using var folder = new TemporaryFolder();
        var saved = await ScopeAttach.RunAsync("baseline", "save", "friday", s_shop, "--folder", folder.Path);
        saved.ExitCode.ShouldBe(ScopeAttach.Ok, saved.Errors);
        var compared = await ScopeAttach.RunAsync("baseline", "compare", "friday", s_shop, "--folder", folder.Path, "-o", folder.Path, "--json");
        compared.ExitCode.ShouldBe(ScopeAttach.Ok, compared.Errors);
        var changes = JsonDocument.Parse(compared.Output).RootElement.GetProperty("changes").EnumerateArray().ToArray();
        changes.ShouldNotBeEmpty();
        changes.ShouldAllBe(change => !change.GetProperty("worse").GetBoolean());
        File.Exists(folder["incident.html"]).ShouldBeTrue();
        (await ScopeAttach.RunAsync("baseline", "compare", "monday", s_shop, "--folder", folder.Path)).ExitCode.ShouldBe(ScopeAttach.BadArgument);
    }

    [TestMethod]
    public async Task Ps_and_doctor_know_a_process_that_runs()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        var ps = await ScopeAttach.RunAsync("ps", "--json");
        ps.ExitCode.ShouldBe(ScopeAttach.Ok, ps.Errors);
        using var processes = JsonDocument.Parse(ps.Output);
        var ours = processes.RootElement.EnumerateArray().Single(process => process.GetProperty("pid").GetInt32() == shop.Id);
        ours.GetProperty("name").GetString().ShouldBe("Scope.Targets.Shop");
        ours.GetProperty("runtimeVersion").GetString()!.ShouldStartWith(Environment.Version.Major.ToString());
        ours.GetProperty("attachable").GetBoolean().ShouldBeTrue();

        var doctor = await ScopeAttach.RunAsync("doctor", shop.Id.ToString());
        doctor.ExitCode.ShouldBe(ScopeAttach.Ok, doctor.Output + doctor.Errors);
    }

    [TestMethod]
    public async Task Config_show_says_where_each_setting_is_from()
    {
        var ended = await ScopeAttach.RunAsync("config", "show");
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        ended.Output.ShouldContain("default");
    }

    static async Task<string> RecordShopAsync()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var shop = await TargetProcess.StartAsync("Shop", "--postgres", postgres.ConnectionString);
        await using var load = Load.Start(shop, "shop", requests: 1_000_000, rate: 40);
        return await ScopeAttach.RecordAsync(shop.Id.ToString(), seconds: 6, s_shopFolder, "--quiet");
    }

    static async Task<string> RecordCompilerAsync()
    {
        string compilers = Path.Combine(SdkFolder(), "Roslyn", "bincore");
        string pipe = $"scope-test-{Environment.ProcessId}";
        await using var server = ChildProcess.Start("dotnet", ["exec", Path.Combine(compilers, "VBCSCompiler.dll"), $"-pipename:{pipe}"]);
        await Deadline.UntilAsync("the compiler server's runtime to start", () => Directory.GetFiles("/tmp", $"dotnet-diagnostic-{server.Id}-*").Length > 0);
        var recording = ScopeAttach.RecordAsync(server.Id.ToString(), seconds: 6, s_compilerFolder, "--quiet");
        using var sources = new TemporaryFolder();
        File.WriteAllText(sources["a.cs"], "class Program { static void Main() => System.Console.WriteLine(1); }");
        while (!recording.IsCompleted)
        {
            var compiled = await ChildProcess.RunAsync("dotnet", ["exec", Path.Combine(compilers, "csc.dll"), $"-shared:{pipe}", "-nologo", .. References(), $"-out:{sources["a.dll"]}", sources["a.cs"]]);
            compiled.ExitCode.ShouldBe(0, compiled.Output);
        }
        return await recording;
    }

    static string[] References() => [.. ((string[])["System.Private.CoreLib", "System.Runtime", "System.Console"]).Select(name => $"-r:{Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name + ".dll")}")];

    // The newest SDK beside the runtime that runs us.
    static string SdkFolder()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Directory.GetDirectories(Path.Combine(root, "sdk")).Where(folder => Directory.Exists(Path.Combine(folder, "Roslyn", "bincore"))).Max() ?? throw new DirectoryNotFoundException($"no SDK with a compiler in {root}/sdk");
    }
}
