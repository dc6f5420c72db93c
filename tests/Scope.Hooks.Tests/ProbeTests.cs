// The collector in a real running service: loaded by the runtime's own command, found through /proc, read by the wire's
// reader, and gone quiet when nobody reads any more, while no request is lost.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class ProbeTests
{
    [TestMethod]
    public async Task Every_request_is_told_and_a_silent_agent_turns_it_off()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        await ApplyAsync(shop.Id);
        using var memory = await MapAsync(shop.Id);
        var reader = memory.Reader;
        await AskUntilAsync(reader, HookFeatures.SpanStarts | HookFeatures.SpanStops);

        const int requests = 400;
        await using var load = Load.Start(shop, "small", requests, rate: 200);
        var names = memory.Names;
        var (started, stopped) = (new HashSet<ulong>(), new HashSet<ulong>());
        await Deadline.UntilAsync("every request to be told", () =>
        {
            reader.Ask(HookFeatures.SpanStarts | HookFeatures.SpanStops, Stopwatch.GetTimestamp());
            reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> _) =>
            {
                thread.ShouldBeGreaterThan(0);
                if (names[record.Name] == "Microsoft.AspNetCore.Hosting.HttpRequestIn")
                    (record.Kind == HookKind.SpanStart ? started : stopped).Add(record.Span).ShouldBeTrue("a span told twice");
            });
            return stopped.Count >= requests;
        });
        (await load.EndAsync()).Failed.ShouldBe(0);
        stopped.Count.ShouldBe(requests);
        started.SetEquals(stopped).ShouldBeTrue();
        (reader.Corrupt, reader.Dropped).ShouldBe((0, 0));

        await Deadline.UntilAsync("it to turn itself off", () => reader.State == HookState.AgentSilent);
        reader.Active.ShouldBe(HookFeatures.None);
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");

        // Another agent wakes it up again.
        await ApplyAsync(shop.Id);
        await AskUntilAsync(reader, HookFeatures.SpanStops);
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
    }

    static async Task AskUntilAsync(RegionReader reader, HookFeatures wanted) => await Deadline.UntilAsync($"the collector to do {wanted}", () =>
    {
        reader.Ask(wanted, Stopwatch.GetTimestamp());
        return reader.Active == wanted && reader.State == HookState.Active;
    });

    // The runtime's ApplyStartupHook (set 4, command 7): the path as a counted UTF-16 string.
    static async Task ApplyAsync(int pid)
    {
        string path = Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Probe/bin", Checkout.Configuration, "net8.0/Scope.Hooks.Probe.dll");
        File.Exists(path).ShouldBeTrue(path);
        byte[] text = Encoding.Unicode.GetBytes(path + "\0");
        var message = new byte[20 + 4 + text.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        (message[16], message[17]) = (0x04, 0x07);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(20), path.Length + 1);
        text.CopyTo(message, 24);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Directory.GetFiles("/tmp", $"dotnet-diagnostic-{pid}-*-socket").Single()));
        await socket.SendAsync(message);
        var answer = new byte[20];
        (await socket.ReceiveAsync(answer)).ShouldBe(20);
        (answer[16], answer[17]).ShouldBe(((byte)0xFF, (byte)0x00));
    }

    static async Task<MappedRegion> MapAsync(int pid)
    {
        string? found = null;
        await Deadline.UntilAsync("the collector's memory", () => (found = Directory.GetFiles($"/proc/{pid}/fd").FirstOrDefault(file => File.ResolveLinkTarget(file, false)?.FullName.Contains("memfd:scope-hooks-1", StringComparison.Ordinal) == true)) is not null);
        return new MappedRegion(found!);
    }
}
