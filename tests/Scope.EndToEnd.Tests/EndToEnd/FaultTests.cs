// The main promise, whole: a faulty service under load, attached to for some seconds, and the first finding names the
// fault and its method, while not one request is lost.
using Scope.Testing;

namespace Scope.EndToEnd.Tests;

[TestClass]
[DoNotParallelize]
public sealed class FaultTests
{
    const int RecordedSeconds = 8;
    const int ManyRequests = 1_000_000; // More than the recording lasts; the load is stopped.

    [TestMethod]
    [DynamicData(nameof(Scenario.Chosen), typeof(Scenario))]
    public async Task The_first_finding_names_the_planted_fault_and_its_method(string fault)
    {
        var scenario = Scenario.Of(fault);
        await using var postgres = scenario.Fault.NeedsDatabase ? await PostgresServer.StartAsync() : null;
        string[] database = postgres is null ? ["--no-db"] : ["--postgres", postgres.ConnectionString];
        await using var shop = await TargetProcess.StartAsync("Shop", [.. database, "--fault", fault]);
        await using var load = Load.Start(shop, fault, ManyRequests, scenario.Rate, scenario.Concurrency);
        using var folder = new TemporaryFolder();

        string recording = await ScopeAttach.RecordAsync(shop.Id.ToString(), RecordedSeconds, folder, "--quiet");

        var sent = await load.StopAsync();
        var findings = FindingsFile.Of(recording);
        Console.WriteLine(findings.Print());
        findings.Findings.ShouldNotBeEmpty();
        findings.Findings[0].Cause.ShouldBe(scenario.Fault.Cause, findings.Print());
        findings.Findings[0].Culprit.ShouldBe(scenario.Fault.Culprit, findings.Print());
        File.ReadAllText(Path.Combine(recording, "incident.html")).ShouldContain(scenario.Fault.Cause);
        if (fault != Scope.Targets.Shop.Faults.FaultTable.FailingRequests.Name)
            sent.Failed.ShouldBe(0, sent.FirstFailure);
    }

    [TestMethod]
    public async Task A_healthy_service_has_no_critical_finding()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await using (var warm = Load.Start(shop, "memory", requests: 220, concurrency: 4))
            (await warm.EndAsync()).Failed.ShouldBe(0);
        await using var load = Load.Start(shop, "memory", ManyRequests, rate: 40, concurrency: 8);
        using var folder = new TemporaryFolder();

        string recording = await ScopeAttach.RecordAsync(shop.Id.ToString(), RecordedSeconds, folder, "--quiet");

        var findings = FindingsFile.Of(recording);
        findings.Findings.ShouldAllBe(finding => finding.Severity != "critical", findings.Print());
        (await load.StopAsync()).Failed.ShouldBe(0);
    }
}
