// run -- COMMAND: the program's input, output and exit code are its own.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class RunVerbTests
{
    [TestMethod]
    public async Task The_exit_code_and_both_outputs_of_the_program_pass_through()
    {
        using var folder = new TemporaryFolder();
        var ended = await ScopeAttach.RunAsync("run", "-o", folder.Path, "--no-report", "--", Checkout.Program("tests/Targets/Scope.Targets.Shop"), "--fault", "no-such-fault");
        ended.ExitCode.ShouldBe(3);
        ended.Errors.ShouldContain("no fault is called no-such-fault");
    }

    [TestMethod]
    public async Task Its_input_passes_through_and_it_is_recorded_from_its_first_instruction()
    {
        using var folder = new TemporaryFolder();
        await using var run = ScopeAttach.Start("run", "-o", folder.Path, "--", Checkout.Program("tests/Targets/Scope.Targets.Shop"), "--no-db", "--exit-with-input");
        string listening = await run.LineAsync("listening on");
        using var client = new HttpClient { BaseAddress = new Uri(listening.Split(' ')[2]) };
        for (int i = 0; i < 20; i++)
            (await client.GetStringAsync("/ping")).ShouldBe("pong");
        run.CloseInput();

        var ended = await run.EndAsync(TimeSpan.FromSeconds(60));
        ended.ExitCode.ShouldBe(0, ended.Errors);
        ended.Output.ShouldContain("\"ok\":20");
        string recording = ScopeAttach.RecordingIn(folder);
        FindingsFile.Of(recording).Ledger.Captured.ShouldBeGreaterThan(20);
        var requests = await ScopeAttach.RunAsync("query", recording, "--kind", "request", "--format", "csv", "--limit", "1000");
        requests.Output.Split('\n').Length.ShouldBeGreaterThanOrEqualTo(21, requests.Output);
        // Methods compiled before they shipped, as all of the framework's, are told of at the end only.
        var samples = await ScopeAttach.RunAsync("query", recording, "--kind", "cpu-sample", "--format", "json", "--limit", "5000");
        samples.Output.ShouldContain("System.Threading.Thread.StartCallback");
        samples.Errors.ShouldNotContain("no names");
    }

    [TestMethod]
    public async Task From_inside_each_span_is_told_from_the_first_on()
    {
        using var folder = new TemporaryFolder();
        await using var run = ScopeAttach.Start("run", "--inside", "-o", folder.Path, "--no-report", "--snapshot", "none", "--", Checkout.Program("tests/Targets/Scope.Targets.Exporting"));
        await run.WriteLineAsync("orders 100"); // Waits for the program, which reads it first of all.
        await run.LineAsync("exported");
        run.CloseInput();
        var ended = await run.EndAsync(TimeSpan.FromSeconds(60));
        ended.Errors.ShouldNotContain("inside");
        var spans = await ScopeAttach.RunAsync("query", ScopeAttach.RecordingIn(folder), "--kind", "activity,client-call", "--format", "csv", "--limit", "1000");
        spans.Output.Trim().Split('\n').Length.ShouldBe(1 + 350, spans.Output);
    }
}
