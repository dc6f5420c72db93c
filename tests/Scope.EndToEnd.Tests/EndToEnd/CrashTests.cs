// A target that dies while it is recorded: the report is written all the same and names what killed it.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class CrashTests
{
    [TestMethod]
    public async Task Where_standard_error_is_a_file_the_exception_that_kills_the_target_is_named_with_its_method()
    {
        using TemporaryFolder folder = new(), logs = new();
        // As a service's unit or nohup starts it.
        string[] command = ["-c", "exec \"$0\" \"$@\" 2>> " + logs["stderr.log"], Checkout.Program("tests/Targets/Scope.Targets.Scenes"), "--scene", "order-listener", "--port", "0"];
        await using var target = await TargetProcess.StartAsync("/bin/sh", command, environment: null);
        await using var scope = ScopeAttach.Start(target.Id.ToString(), "-o", folder.Path, "--quiet");
        await Deadline.UntilAsync("a recording to begin", () => Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > 0));

        await Task.WhenAny(target.Client.PostAsync("/partner/orders/plum", content: null)); // It may die before it answers.

        var ended = await scope.EndAsync();
        ended.ExitCode.ShouldBe(ScopeAttach.Ok, ended.Errors);
        var findings = FindingsFile.Of(ScopeAttach.RecordingIn(folder));
        findings.Findings.ShouldNotBeEmpty();
        findings.Findings[0].Cause.ShouldBeOneOf("async-void", "unhandled-exception");
        findings.Findings[0].Culprit.ShouldStartWith("Scenes.Messaging.OrderListener.");
        findings.Findings[0].Severity.ShouldBe("critical");
    }
}
