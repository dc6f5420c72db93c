// The collector in a real running service: loaded as the agent loads it, read by the agent's reader, and gone quiet when it is
// let go or nobody reads any more, while no request is lost.
using System.Diagnostics;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class CollectorTests
{
    const HookFeatures Spans = HookFeatures.SpanStarts | HookFeatures.SpanStops | HookFeatures.Tags | HookFeatures.Requests;

    [TestMethod]
    public async Task Every_request_is_told_and_a_silent_agent_turns_it_off()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using (var collector = await LoadAsync(shop))
        {
            const int requests = 400;
            await using var load = Load.Start(shop, "small", requests, rate: 200);
            var (started, stopped) = (new HashSet<ulong>(), new HashSet<ulong>());
            await Deadline.UntilAsync("every request to be told", () =>
            {
                collector.Beat();
                collector.Reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> text) =>
                {
                    thread.ShouldBeGreaterThan(0);
                    if (collector.Names[record.Name] != "Microsoft.AspNetCore.Hosting.HttpRequestIn")
                        return;
                    (record.Kind == HookKind.SpanStart ? started : stopped).Add(record.Span).ShouldBeTrue("a span told twice");
                    Fields(text).ShouldContain(HookField.Path);
                    if (record.Kind == HookKind.SpanStop)
                        Fields(text).ShouldContain(HookField.StatusCode);
                });
                return stopped.Count >= requests;
            });
            (await load.EndAsync()).Failed.ShouldBe(0);
            stopped.Count.ShouldBe(requests);
            started.SetEquals(stopped).ShouldBeTrue();
            (collector.Reader.Corrupt, collector.Reader.Dropped, collector.Reader.Errors).ShouldBe((0, 0, 0));

            var second = await TryLoadAsync(shop);
            second.Failure.ShouldNotBeNull().Message.ShouldContain("another agent");
            await Deadline.UntilAsync("it to turn itself off", () => collector.Reader.State == HookState.AgentSilent);
            collector.Reader.Active.ShouldBe(HookFeatures.None);
            (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
        }

        // Another agent wakes it up again, and lets it go.
        using (var collector = await LoadAsync(shop))
        {
            (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
            collector.End().ShouldBeTrue();
            collector.GiveBackMemory();
            Threads(shop.Id).ShouldBe(0);
        }
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
        Directory.GetDirectories("/tmp", "scope-hooks-*").Where(folder => File.GetLastWriteTimeUtc(folder) > Process.GetCurrentProcess().StartTime.ToUniversalTime()).ShouldBeEmpty();
    }

    static async Task<Collector> LoadAsync(TargetProcess target) => (await TryLoadAsync(target)).Value;

    static Task<Attempt<Collector>> TryLoadAsync(TargetProcess target) =>
        Collector.LoadAsync(DiagnosticPort.Of(target.Id), File.ReadAllBytes(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Probe/bin", Checkout.Configuration, "net8.0/Scope.Hooks.Probe.0000000000000000.dll")), Spans);

    static int Threads(int pid) => Directory.GetDirectories($"/proc/{pid}/task").Count(task => File.ReadAllText(Path.Combine(task, "comm")).Trim() == "scope-hooks");

    static List<HookField> Fields(ReadOnlySpan<byte> text)
    {
        var fields = new List<HookField>();
        for (var reader = new HookTextReader(text); reader.Next();)
            fields.Add(reader.Sort);
        return fields;
    }
}
