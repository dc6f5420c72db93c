// Sessions on a real runtime, read back with TraceEvent: what was asked for arrives, and every way to end one ends it.
using System.Diagnostics;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Scope.Attach.Port;
using Scope.Attach.Sessions;

namespace Scope.Attach.Tests.Sessions;

[TestClass]
public sealed class EventPipeSessionTests
{
    const string Runtime = "Microsoft-Windows-DotNETRuntime";

    [TestMethod]
    public async Task Exceptions_arrive_and_the_stream_ends_whole()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, new(Runtime, 0x8000, 2));
        var bytes = ReadAllAsync(session.Stream);
        await target.DoAsync("throw 7");
        var end = await session.StopAsync();
        end.ShouldBe(new SessionEnd(true, 0, null));
        Count(await bytes, "Exception/Start").ShouldBe(7);
        session.BytesReceived.ShouldBe((await bytes).Length);
    }

    [TestMethod]
    public async Task Event_ids_that_are_held_back_do_not_arrive()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, new(Runtime, 0x8000, 4) { ExceptEvents = [80] });
        session.HonoursEventFilter.ShouldBeTrue();
        var bytes = ReadAllAsync(session.Stream);
        await target.DoAsync("throw 3");
        await session.StopAsync();
        Count(await bytes, "Exception/Start").ShouldBe(0);
        Count(await bytes, "ExceptionCatch/Start").ShouldBe(3);
    }

    [TestMethod]
    public async Task Stacks_come_only_when_asked_for()
    {
        using var target = await IdleTarget.StartAsync();
        var depths = new List<int>();
        foreach (var stacks in (bool[])[false, true])
        {
            await using var session = await StartAsync(target, new(Runtime, 0x8000, 2), stacks);
            var bytes = ReadAllAsync(session.Stream);
            await target.DoAsync("throw 3");
            await session.StopAsync();
            depths.Add(DeepestStack(await bytes));
        }
        depths[0].ShouldBe(0);
        depths[1].ShouldBeGreaterThan(2);
    }

    [TestMethod]
    public async Task A_stalled_reader_does_not_hang_the_stop_or_the_next_session()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, new("Scope-Flood", ulong.MaxValue, 4));
        (await session.Stream.ReadAsync(new byte[100])).ShouldBePositive();
        await target.DoAsync("flood 50000");
        var end = await session.StopAsync();
        end.Complete.ShouldBeFalse();
        end.DiscardedBytes.ShouldBePositive();
        end.Failure.ShouldBeNull();
        (await session.Stream.ReadAsync(new byte[100])).ShouldBe(0);
        await using var next = await StartAsync(target, new(Runtime, 0x8000, 2));
        var bytes = ReadAllAsync(next.Stream);
        await target.DoAsync("throw 1");
        (await next.StopAsync()).Complete.ShouldBeTrue();
        Count(await bytes, "Exception/Start").ShouldBe(1);
    }

    [TestMethod]
    public async Task A_target_killed_in_mid_session_ends_the_stream()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, new(Runtime, 0x8000, 2));
        var bytes = ReadAllAsync(session.Stream);
        await target.DoAsync("throw 1");
        await target.KillAsync();
        (await bytes.WaitAsync(TimeSpan.FromSeconds(10))).Length.ShouldBePositive();
        await session.Ended;
        (await session.StopAsync()).Failure.ShouldBeNull();
    }

    [TestMethod]
    public async Task Disposing_without_reading_or_stopping_ends_the_session()
    {
        using var target = await IdleTarget.StartAsync();
        var session = await StartAsync(target, new("Scope-Flood", ulong.MaxValue, 4));
        await target.DoAsync("flood 1000");
        await session.DisposeAsync();
        await session.DisposeAsync();
        (await DiagnosticPort.Of(target.Pid).InfoAsync()).Succeeded.ShouldBeTrue();
    }

    [TestMethod]
    public async Task A_rundown_session_tells_methods_while_another_runs()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, new(Runtime, 0x8000, 2));
        var events = ReadAllAsync(session.Stream);
        await using var names = (await RundownSession.OpenAsync(DiagnosticPort.Of(target.Pid))).Value;
        var watch = Stopwatch.StartNew();
        var told = await ReadAllAsync(names.Stream);
        Count(told, "Method/DCStopVerbose").ShouldBeGreaterThan(500);
        await target.DoAsync("throw 2");
        (await session.StopAsync()).Complete.ShouldBeTrue();
        Count(await events, "Exception/Start").ShouldBe(2);
        Console.WriteLine($"rundown: {told.Length} bytes in {watch.ElapsedMilliseconds} ms");
    }

    static async Task<EventPipeSession> StartAsync(IdleTarget target, ProviderRequest provider, bool stacks = true) =>
        (await EventPipeSession.StartAsync(DiagnosticPort.Of(target.Pid), new([provider], 64, stacks))).Value;

    static Task<byte[]> ReadAllAsync(Stream stream) => Task.Run(async () =>
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    });

    static int DeepestStack(byte[] nettrace)
    {
        var folder = Directory.CreateTempSubdirectory("scope-test-");
        var file = Path.Combine(folder.FullName, "session.nettrace");
        File.WriteAllBytes(file, nettrace);
        using (var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(file)))
            return log.Events.Where(e => e.EventName == "Exception/Start").Max(e => e.CallStack()?.Depth ?? 0);
    }

    static int Count(byte[] nettrace, string eventName)
    {
        using var source = new EventPipeEventSource(new MemoryStream(nettrace));
        var rundown = new Microsoft.Diagnostics.Tracing.Parsers.Clr.ClrRundownTraceEventParser(source);
        var count = 0;
        void Look(TraceEvent e) => count += e.EventName == eventName ? 1 : 0;
        source.Clr.All += Look;
        rundown.All += Look;
        source.Process();
        return count;
    }
}
