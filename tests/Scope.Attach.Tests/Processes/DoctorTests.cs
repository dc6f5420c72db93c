// doctor on this very machine.
using System.Net;
using System.Net.Sockets;
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class DoctorTests
{
    [TestMethod]
    public async Task A_target_that_answers_is_well()
    {
        using var target = await IdleTarget.StartAsync();
        var checks = await Doctor.CheckAsync(new(target.Pid));
        checks.ShouldNotContain(c => c.Status == CheckStatus.Fail);
        checks.Select(c => c.Name).ShouldBeUnique();
        checks.Single(c => c.Name == $"process {target.Pid}").Meaning.ShouldContain("Scope.Targets.Idle");
        checks.Single(c => c.Name == "inside").Status.ShouldBe(CheckStatus.Ok);
    }

    [TestMethod]
    public async Task A_target_that_is_gone_fails_with_the_reason()
    {
        using var target = await IdleTarget.StartAsync();
        await target.KillAsync();
        (await Doctor.CheckAsync(new(target.Pid))).Single(c => c.Name == $"process {target.Pid}").Status.ShouldBe(CheckStatus.Fail);
    }

    [TestMethod]
    public async Task Every_check_that_is_not_ok_names_the_way_to_mend_it()
    {
        var checks = await Doctor.CheckAsync(new(PostgresConnection: "Host=127.0.0.1;Port=1", AgentMegabytes: int.MaxValue));
        checks.Single(c => c.Name == "memory").Status.ShouldBe(CheckStatus.Warn);
        checks.Single(c => c.Name == "postgres").Status.ShouldBe(CheckStatus.Warn);
        checks.Where(c => c.Status != CheckStatus.Ok).ShouldAllBe(c => c.Mend.Length > 0);
    }

    [TestMethod]
    public async Task Something_else_on_the_port_of_Postgres_is_told_apart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadExactlyAsync(new byte[8]);
            await client.GetStream().WriteAsync("HTTP"u8.ToArray());
        });
        var checks = await Doctor.CheckAsync(new(PostgresConnection: $"Host=127.0.0.1;Port={((IPEndPoint)listener.LocalEndpoint).Port}"));
        await answering;
        checks.Single(c => c.Name == "postgres").Meaning.ShouldContain("no Postgres");
    }
}
