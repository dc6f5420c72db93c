// Sessions on a real runtime, read back with TraceEvent: what was asked for arrives, and every way to end one ends it.
using System.Diagnostics;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
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
        while (session.BytesReceived == 0) await Task.Delay(10);
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

    [TestMethod]
    public async Task Activities_come_with_ids_and_tags_and_are_not_marked_as_recorded()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, Bridge(";Recorded"), stacks: false);
        var bytes = ReadAllAsync(session.Stream);
        await target.DoAsync("activity 5");
        await session.StopAsync();
        var told = Arguments(await bytes);
        told.Count(a => a.Contains("[number, ")).ShouldBe(5); // The stops; at the start no tag is set yet.
        told.ShouldAllBe(a => a.Contains("Recorded=False") && a.Contains("Id=00-"));
        told.Count.ShouldBe(10);
    }

    [TestMethod]
    public async Task Rearming_brings_back_the_activities_that_another_tool_took()
    {
        using var target = await IdleTarget.StartAsync();
        await using var session = await StartAsync(target, Bridge(""), stacks: false);
        var bytes = ReadAllAsync(session.Stream);
        using var other = TakeBridge(target);
        await target.DoAsync("activity 5");
        other.Stop();
        await target.DoAsync("activity 5");
        await using var again = (await session.RearmAsync()).Value;
        Arguments(await bytes).ShouldBeEmpty();
        var rearmed = ReadAllAsync(again.Stream);
        await target.DoAsync("activity 5");
        await again.StopAsync();
        Arguments(await rearmed).Count.ShouldBe(10);
    }

    [TestMethod]
    public async Task Bursts_of_samples_follow_each_other_until_cancelled()
    {
        using var target = await IdleTarget.StartAsync();
        using var cancel = new CancellationTokenSource();
        var request = ProfileTable.Default.SampleRequest(64)!;
        var bursts = 0;
        await foreach (var burst in SampleBursts.RunAsync(DiagnosticPort.Of(target.Pid), request, new(OnMillis: 100, OffMillis: 10), cancel: cancel.Token))
        {
            var bytes = await ReadAllAsync(burst.Value.Stream);
            // The sampler's stacks are there though the session has stacks off.
            DeepestStack(bytes, "Thread/Sample").ShouldBeGreaterThan(2);
            if (++bursts == 2) await cancel.CancelAsync();
        }
        bursts.ShouldBe(2);
    }

    [TestMethod]
    public async Task Every_profile_is_taken_by_the_runtime()
    {
        using var target = await IdleTarget.StartAsync();
        foreach (var request in ProfileTable.All.SelectMany(p => p.Requests(16)))
        {
            await using var session = (await EventPipeSession.StartAsync(DiagnosticPort.Of(target.Pid), request)).Value;
            var bytes = ReadAllAsync(session.Stream);
            await target.DoAsync("throw 2");
            (await session.StopAsync()).Complete.ShouldBeTrue();
            Count(await bytes, "Exception/Start").ShouldBe(request.Stacks ? 2 : 0);
        }
    }

    // As any other tool would.
    static Microsoft.Diagnostics.NETCore.Client.EventPipeSession TakeBridge(IdleTarget target)
    {
        var arguments = new Dictionary<string, string> { ["FilterAndPayloadSpecs"] = "Nobody/Nothing:-" };
        var theirs = new Microsoft.Diagnostics.NETCore.Client.DiagnosticsClient(target.Pid).StartEventPipeSession(
            [new(ActivitySpec.Provider, System.Diagnostics.Tracing.EventLevel.Informational, 0x2, arguments)], requestRundown: false, circularBufferMB: 16);
        _ = theirs.EventStream.CopyToAsync(Stream.Null);
        return theirs;
    }

    static ProviderRequest Bridge(string also) => new(ActivitySpec.Provider, ActivitySpec.Keywords, 4, ActivitySpec.Arguments.Replace("TagObjects.*Enumerate", "TagObjects.*Enumerate" + also));

    // The arguments of the bridge's activities, each as one text.
    static List<string> Arguments(byte[] nettrace)
    {
        using var source = new EventPipeEventSource(new MemoryStream(nettrace));
        var all = new List<string>();
        source.Dynamic.All += e =>
        {
            if (e.ProviderName != ActivitySpec.Provider || !e.EventName.StartsWith("Activity", StringComparison.Ordinal)) return;
            var pairs = ((System.Collections.IEnumerable)e.PayloadByName("Arguments")).Cast<IDictionary<string, object>>();
            all.Add(string.Join(' ', pairs.Select(p => $"{p["Key"]}={p["Value"]}")));
        };
        source.Process();
        return all;
    }

    static async Task<EventPipeSession> StartAsync(IdleTarget target, ProviderRequest provider, bool stacks = true) =>
        (await EventPipeSession.StartAsync(DiagnosticPort.Of(target.Pid), new([provider], 64, stacks))).Value;

    static Task<byte[]> ReadAllAsync(Stream stream) => Task.Run(async () =>
    {
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    });

    static int DeepestStack(byte[] nettrace, string eventName = "Exception/Start")
    {
        var folder = Directory.CreateTempSubdirectory("scope-test-");
        var file = Path.Combine(folder.FullName, "session.nettrace");
        File.WriteAllBytes(file, nettrace);
        using (var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(file)))
            return log.Events.Where(e => e.EventName == eventName).Max(e => e.CallStack()?.Depth ?? 0);
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
