// Recording into a spool: what a killed recorder left there is put in order and shipped by the next one, and the output
// folder stays the user's.
using System.Text.Json;
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class SpoolTests
{
    [TestMethod]
    public async Task What_a_killed_recorder_left_in_the_spool_is_sealed_and_shipped_by_the_next_and_nothing_goes_elsewhere()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(shop, "small", requests: 100_000, rate: 100);
        using TemporaryFolder folder = new("spool"), output = new();
        var environment = new Dictionary<string, string?> { ["SCOPE__STORE__SPOOL__FOLDER"] = folder["spool"], ["SCOPE__STORE__SPOOL__MAX_MB"] = "64" };
        string[] arguments = [shop.Id.ToString(), "-o", output.Path, "--quiet", "--no-report", "--snapshot", "none", "--profile", "light"];
        await using (var killed = ChildProcess.Start(ScopeAttach.Program, arguments, environment))
        {
            await Deadline.UntilAsync("something to be written", () => Segments(folder).Any(file => file.Length > 4000));
            killed.Kill();
            await killed.EndAsync();
        }
        var left = Segments(folder).ShouldHaveSingleItem().FullName;
        File.Exists(Path.ChangeExtension(left, ".idx")).ShouldBeFalse();

        await using var postgres = await PostgresServer.StartAsync();
        var warm = new Dictionary<string, string?>(environment) { ["SCOPE__STORE__WARM__CONNECTION"] = postgres.ConnectionString };
        var ended = await ChildProcess.RunAsync(ScopeAttach.Program, [.. arguments, "--duration", "3s"], environment: warm);
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        Directory.GetDirectories(folder["spool"], "*.scope").Length.ShouldBe(2);
        Segments(folder).ShouldAllBe(file => File.Exists(Path.ChangeExtension(file.FullName, ".idx")));
        Directory.GetFiles(folder["spool"], "writing", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.GetFileSystemEntries(output.Path).ShouldBeEmpty();
        var recordings = JsonDocument.Parse((await ChildProcess.RunAsync(ScopeAttach.Program, ["store", "status", "--json"], environment: warm)).Output).RootElement.GetProperty("recordings");
        recordings.EnumerateArray().Select(r => r.GetProperty("behind").GetInt64()).ShouldBe([0, 0]);
        foreach (var recording in Directory.GetDirectories(folder["spool"], "*.scope"))
        {
            string[] question = ["query", Path.GetFileName(recording), "--limit", "100000", "--format", "csv"];
            var shipped = await ChildProcess.RunAsync(ScopeAttach.Program, [.. question, "--warm"], environment: warm, workingFolder: output.Path);
            shipped.Output.ShouldBe((await ChildProcess.RunAsync(ScopeAttach.Program, question, environment: environment, workingFolder: folder["spool"])).Output);
        }

        // The database is down: the spool says what it lacks.
        environment["SCOPE_POSTGRES"] = "Host=127.0.0.1;Port=1;Timeout=3";
        var status = await ChildProcess.RunAsync(ScopeAttach.Program, ["store", "status"], environment: environment);
        status.ExitCode.ShouldBe(ScopeAttach.CouldNotAttach);
        status.Output.ShouldContain($"Spool {folder["spool"]}: 2 recordings (0 being written), 2 sealed segments");
        status.Output.ShouldContain("warm has all that is sealed");
        (await load.StopAsync()).Failed.ShouldBe(0);
    }

    static List<FileInfo> Segments(TemporaryFolder folder) =>
        Directory.Exists(folder["spool"]) ? [.. new DirectoryInfo(folder["spool"]).GetFiles("*.seg", SearchOption.AllDirectories)] : [];
}
