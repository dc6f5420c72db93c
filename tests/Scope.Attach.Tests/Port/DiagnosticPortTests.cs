// Commands to real runtimes, and what comes back where there is none to answer.
using System.Diagnostics;
using System.Net.Sockets;
using Scope.Attach.Port;

namespace Scope.Attach.Tests.Port;

[TestClass]
public sealed class DiagnosticPortTests
{
    [TestMethod]
    public async Task A_runtime_tells_its_pid_version_and_entry_assembly()
    {
        using var target = await IdleTarget.StartAsync();
        var info = (await DiagnosticPort.Of(target.Pid).InfoAsync()).Value;
        info.ProcessId.ShouldBe(target.Pid);
        info.MajorVersion.ShouldBe(Environment.Version.Major);
        info.EntryAssembly.ShouldBe("Scope.Targets.Idle");
        info.OperatingSystem.ShouldBe("Linux");
        info.Cookie.ShouldNotBe(Guid.Empty);
    }

    [TestMethod]
    public async Task A_runtime_tells_its_environment()
    {
        using var target = await IdleTarget.StartAsync(new Dictionary<string, string> { ["SCOPE_TEST_MARK"] = "grün" });
        (await DiagnosticPort.Of(target.Pid).EnvironmentAsync()).Value.ShouldContain("SCOPE_TEST_MARK=grün");
    }

    [TestMethod]
    public async Task A_process_that_is_not_dotnet_is_told_as_such()
    {
        using var sleep = Process.Start("sleep", "60");
        var failure = (await DiagnosticPort.Of(sleep.Id).InfoAsync()).Failure!;
        sleep.Kill();
        failure.Reason.ShouldBe(AttachReason.NotDotnet);
        failure.Message.ShouldContain($"process {sleep.Id} (sleep) is not a .NET process");
    }

    [TestMethod]
    public async Task A_process_that_is_gone_is_told_as_such()
    {
        using var target = await IdleTarget.StartAsync();
        await target.KillAsync();
        (await DiagnosticPort.Of(target.Pid).InfoAsync()).Failure!.Reason.ShouldBe(AttachReason.Gone);
    }

    [TestMethod]
    public async Task Diagnostics_switched_off_name_the_variable()
    {
        using var target = await IdleTarget.StartAsync(new Dictionary<string, string> { ["DOTNET_EnableDiagnostics"] = "0" });
        var failure = (await DiagnosticPort.Of(target.Pid).InfoAsync()).Failure!;
        failure.Reason.ShouldBe(AttachReason.DiagnosticsOff);
        failure.Message.ShouldContain("DOTNET_EnableDiagnostics=0");
    }

    [TestMethod]
    public async Task A_target_with_its_own_TMPDIR_is_found()
    {
        var folder = Directory.CreateTempSubdirectory("scope-tmp-");
        using var target = await IdleTarget.StartAsync(new Dictionary<string, string> { ["TMPDIR"] = folder.FullName });
        (await DiagnosticPort.Of(target.Pid).InfoAsync()).Succeeded.ShouldBeTrue();
        target.Dispose();
        folder.Delete(recursive: true);
    }

    [TestMethod]
    public async Task A_silent_target_times_out()
    {
        using var peer = new ScriptedPeer(_ => null);
        var failure = (await new DiagnosticPort(peer) { ReplyMillis = 300 }.InfoAsync()).Failure!;
        failure.Reason.ShouldBe(AttachReason.TimedOut);
    }

    [TestMethod]
    public async Task An_answer_that_is_not_the_protocol_is_refused()
    {
        using var peer = new ScriptedPeer(_ => "HTTP/1.1 400 Bad Request and more"u8.ToArray());
        (await new DiagnosticPort(peer).InfoAsync()).Failure!.Reason.ShouldBe(AttachReason.BadReply);
    }

    [TestMethod]
    public async Task Sizes_that_a_target_claims_are_checked()
    {
        // A string of four billion characters, in an answer of some bytes.
        var payload = new IpcWriter().UInt32(1).UInt64(7).UInt64(0).UInt64(0).UInt32(uint.MaxValue).Written.ToArray();
        using var peer = new ScriptedPeer(_ => IpcMessage.Frame(IpcCommand.Ok, payload));
        (await new DiagnosticPort(peer).InfoAsync()).Failure!.Reason.ShouldBe(AttachReason.BadReply);
        var environment = new IpcWriter().UInt32(uint.MaxValue).Written.ToArray();
        using var liar = new ScriptedPeer(_ => IpcMessage.Frame(IpcCommand.Ok, environment));
        (await new DiagnosticPort(liar).EnvironmentAsync()).Failure!.Reason.ShouldBe(AttachReason.BadReply);
    }

    [TestMethod]
    public async Task A_runtime_that_knows_only_older_commands_is_asked_those()
    {
        var asked = new List<IpcCommand>();
        using var peer = new ScriptedPeer(command =>
        {
            asked.Add(command);
            return command switch
            {
                IpcCommand.ProcessInfo => IpcMessage.Frame(IpcCommand.Ok, new IpcWriter().UInt64(5).UInt64(0).UInt64(0).String("app").String("Linux").String("x64").Written),
                IpcCommand.CollectTracing2 => IpcMessage.Frame(IpcCommand.Ok, new IpcWriter().UInt64(99).Written),
                _ => IpcMessage.Frame(IpcCommand.Error, new IpcWriter().UInt32(IpcErrors.UnknownCommand).Written),
            };
        });
        var started = (await new DiagnosticPort(peer).CollectAsync(new([new("Some-Provider", 1, 4)], 16, Stacks: false))).Value;
        started.Connection.Dispose();
        (started.Id, started.CommandVersion).ShouldBe((99UL, 2));
        asked.ShouldBe([IpcCommand.ProcessInfo3, IpcCommand.ProcessInfo2, IpcCommand.ProcessInfo,
            IpcCommand.CollectTracing5, IpcCommand.CollectTracing4, IpcCommand.CollectTracing3, IpcCommand.CollectTracing2]);
    }

    [TestMethod]
    public async Task A_known_version_spares_the_commands_that_it_lacks()
    {
        var asked = new List<IpcCommand>();
        using var peer = new ScriptedPeer(command =>
        {
            asked.Add(command);
            return IpcMessage.Frame(IpcCommand.Ok, command == IpcCommand.ProcessInfo3
                ? new IpcWriter().UInt32(1).UInt64(5).UInt64(0).UInt64(0).String("app").String("Linux").String("x64").String("App").String("8.0.11").String("linux-x64").Written
                : new IpcWriter().UInt64(99).Written);
        });
        (await new DiagnosticPort(peer).CollectAsync(new([new("Some-Provider", 1, 4)], 16, Stacks: false))).Value.Connection.Dispose();
        asked.ShouldBe([IpcCommand.ProcessInfo3, IpcCommand.CollectTracing3]);
    }

    [TestMethod]
    public async Task A_request_that_is_too_long_is_refused_before_it_is_sent()
    {
        using var target = await IdleTarget.StartAsync();
        var request = new CollectRequest([new("Some-Provider", 1, 4, "key=" + new string('x', 40_000))], 16, Stacks: false);
        (await DiagnosticPort.Of(target.Pid).CollectAsync(request)).Failure!.Reason.ShouldBe(AttachReason.BadRequest);
    }
}

/// <summary>The other end of a connection, that answers each command as the test says; null for silence.</summary>
sealed class ScriptedPeer(Func<IpcCommand, byte[]?> answer) : IPortConnector, IDisposable
{
    readonly List<Socket> _open = [];

    public int Pid => Environment.ProcessId;

    public async Task<Attempt<Socket>> ConnectAsync(CancellationToken cancel)
    {
        var path = Path.Combine(Path.GetTempPath(), $"scope-peer-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
        var server = await listener.AcceptAsync(cancel);
        File.Delete(path);
        _open.Add(server);
        _ = Task.Run(async () =>
        {
            var request = new byte[64 * 1024];
            await server.ReceiveAsync(request);
            IpcMessage.TryReadHeader(request, out var command, out _).ShouldBeTrue();
            if (answer(command) is { } reply) await server.SendAsync(reply);
        }, cancel);
        return client;
    }

    public void Dispose() => _open.ForEach(s => s.Dispose());
}
