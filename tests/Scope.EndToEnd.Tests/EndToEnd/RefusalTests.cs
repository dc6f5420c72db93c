// What cannot be recorded is refused in one clear line and with the exit code that says why.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
public sealed class RefusalTests
{
    [TestMethod]
    public async Task A_process_that_is_not_dotnet()
    {
        await using var sleep = ChildProcess.Start("sleep", ["60"]);
        (await ScopeAttach.RunAsync(sleep.Id.ToString())).ShouldRefuse(sleep.Id.ToString(), ScopeAttach.CouldNotAttach);
    }

    [TestMethod]
    public async Task A_process_that_is_gone()
    {
        await using var gone = ChildProcess.Start("true", []);
        await gone.EndAsync();
        (await ScopeAttach.RunAsync(gone.Id.ToString())).ShouldRefuse(gone.Id.ToString(), ScopeAttach.CouldNotAttach);
    }

    [TestMethod]
    public async Task A_name_that_no_process_has() =>
        (await ScopeAttach.RunAsync("no-process-is-called-so")).ShouldRefuse("no-process-is-called-so", ScopeAttach.CouldNotAttach);

    [TestMethod]
    public async Task A_process_with_diagnostics_switched_off()
    {
        await using var shop = await TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], new Dictionary<string, string?> { ["DOTNET_EnableDiagnostics"] = "0" });
        (await ScopeAttach.RunAsync(shop.Id.ToString())).ShouldRefuse("DOTNET_EnableDiagnostics", ScopeAttach.CouldNotAttach, ScopeAttach.NotPossible);
    }

    [TestMethod]
    public async Task A_process_of_another_user()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Inconclusive("only root can start programs as another user");
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        var refused = await ChildProcess.RunAsync("setpriv", ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--inh-caps=-all", ScopeAttach.Program, shop.Id.ToString()],
            environment: new Dictionary<string, string?> { ["HOME"] = "/nonexistent" }, workingFolder: "/");
        refused.ShouldRefuse("user", ScopeAttach.CouldNotAttach, ScopeAttach.NotPossible);
    }

    [TestMethod]
    public async Task An_option_that_is_not_there()
    {
        var refused = await ScopeAttach.RunAsync("1", "--no-such-option");
        refused.ExitCode.ShouldBe(ScopeAttach.BadArgument);
        refused.Errors.ShouldContain("--no-such-option");
    }

    [TestMethod]
    public async Task A_configuration_that_is_wrong_is_refused_with_its_place()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["scope.toml"], "\nno_such_setting = 1\n");
        (await ScopeAttach.RunAsync("config", "show", "--config", folder["scope.toml"])).ShouldRefuse("no_such_setting", ScopeAttach.BadArgument);
    }
}
