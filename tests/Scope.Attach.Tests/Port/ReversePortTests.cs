// Programs started under us: their runtimes wait at the start until we let them go on.
using System.Net.Sockets;
using Scope.Attach.Port;
using Scope.Attach.Sessions;

namespace Scope.Attach.Tests.Port;

[TestClass]
public sealed class ReversePortTests
{
    [TestMethod]
    public async Task A_program_waits_at_its_start_until_it_is_resumed()
    {
        await using var reverse = new ReversePort();
        using var target = await IdleTarget.StartAsync(Variables(reverse), waitUntilReady: false);
        var runtime = (await reverse.NextAsync(TimeSpan.FromSeconds(20))).Value;
        runtime.Pid.ShouldBe(target.Pid);
        var port = new DiagnosticPort(runtime);
        await using var session = (await EventPipeSession.StartAsync(port, new([new("Microsoft-Windows-DotNETRuntime", 0x18, 4)], 64, Stacks: false))).Value;
        var bytes = Task.Run(async () =>
        {
            var all = new MemoryStream();
            await session.Stream.CopyToAsync(all);
            return all.ToArray();
        });
        (await port.ResumeAsync()).Succeeded.ShouldBeTrue();
        (await target.ReadLineAsync()).ShouldBe("ready");
        (await port.InfoAsync()).Value.EntryAssembly.ShouldBe("Scope.Targets.Idle");
        (await session.StopAsync()).Complete.ShouldBeTrue();
        // The program's own start was seen: its assembly was loaded after the session began.
        (await bytes).AsSpan().IndexOf(System.Text.Encoding.Unicode.GetBytes("Scope.Targets.Idle")).ShouldBeGreaterThan(0, "texts begin at odd places too");
        await target.Process.StandardInput.WriteLineAsync("exit 7");
        await target.Process.WaitForExitAsync();
        target.Process.ExitCode.ShouldBe(7);
    }

    [TestMethod]
    public async Task Closing_the_port_lets_those_go_on_that_still_wait()
    {
        IdleTarget target;
        await using (var reverse = new ReversePort())
        {
            target = await IdleTarget.StartAsync(Variables(reverse), waitUntilReady: false);
            (await reverse.NextAsync(TimeSpan.FromSeconds(20))).Succeeded.ShouldBeTrue();
        }
        (await target.ReadLineAsync()).ShouldBe("ready");
        target.Dispose();
    }

    [TestMethod]
    public async Task A_program_that_never_dials_is_told_as_such()
    {
        await using var reverse = new ReversePort();
        var failure = (await reverse.NextAsync(TimeSpan.FromMilliseconds(50))).Failure!;
        failure.Reason.ShouldBe(AttachReason.TimedOut);
        failure.Message.ShouldContain("no .NET program");
    }

    [TestMethod]
    public async Task Who_does_not_greet_properly_is_hung_up_on()
    {
        await using var reverse = new ReversePort();
        using var stranger = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await stranger.ConnectAsync(new UnixDomainSocketEndPoint(reverse.Path));
        await stranger.SendAsync(new byte[34]);
        (await stranger.ReceiveAsync(new byte[1])).ShouldBe(0);
    }

    [TestMethod]
    public async Task Only_our_user_may_reach_the_port()
    {
        await using var reverse = new ReversePort();
        new DirectoryInfo(Path.GetDirectoryName(reverse.Path)!).UnixFileMode.ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    static Dictionary<string, string> Variables(ReversePort reverse) => new() { [ReversePort.VariableName] = reverse.VariableValue };
}
