// The collector in real running processes: loaded as the agent loads it, read by the agent's reader, and gone quiet when it is
// let go, or its agent is killed, or nobody reads any more, while nothing of the target is lost.
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Hooks.Tests;

[TestClass]
public sealed class CollectorTests
{
    [TestMethod]
    public async Task Every_request_is_told_and_a_silent_agent_turns_it_off()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        using (var collector = await LoadedCollector.LoadAsync(shop.Id))
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
                    Fields(text).ShouldContain(record.Kind == HookKind.SpanStart ? HookField.Path : HookField.StatusCode);
                });
                return stopped.Count >= requests;
            });
            (await load.EndAsync()).Failed.ShouldBe(0);
            stopped.Count.ShouldBe(requests);
            started.SetEquals(stopped).ShouldBeTrue();
            (collector.Reader.Corrupt, collector.Reader.Dropped, collector.Reader.Errors).ShouldBe((0, 0, 0));
            (await LoadedCollector.TryLoadAsync(shop.Id)).Failure.ShouldNotBeNull().Message.ShouldContain("another agent");
            await Deadline.UntilAsync("it to turn itself off", () => collector.Reader.State == HookState.AgentSilent);

            // We are back after all.
            (await collector.WakeAsync()).ShouldBeNull();
            await Deadline.UntilAsync("it to listen again", () =>
            {
                collector.Beat();
                return collector.IsActive;
            });
            (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
            collector.Reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> _) => started.Add(record.Span)).ShouldBeGreaterThan(0);
            collector.Reader.Corrupt.ShouldBe(0);
        }

        // Another agent wakes it up again, and lets it go.
        using (var collector = await LoadedCollector.LoadAsync(shop.Id))
        {
            (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
            collector.End().ShouldBeTrue();
        }
        await Deadline.UntilAsync("its thread to end", () => LoadedCollector.Threads(shop.Id) == 0);
        (await shop.Client.GetStringAsync("/ping")).ShouldBe("pong");
    }

    [TestMethod]
    public async Task An_agent_that_is_killed_leaves_nothing_running()
    {
        using var folder = new TemporaryFolder();
        await using var target = await StartAsync();
        await using (var agent = ChildProcess.Start(Checkout.Program("agent/Scope.Agent", "scope-attach"), [target.Id.ToString(), "--inside", "--quiet", "--output", folder.Path]))
        {
            await Deadline.UntilAsync("the agent to have the collector loaded", () => LoadedCollector.Threads(target.Id) == 1);
            await target.AskAsync("steps 100");
            agent.Kill();
        }
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await Deadline.UntilAsync("the collector to end", () => LoadedCollector.Threads(target.Id) == 0);
        watch.Elapsed.TotalSeconds.ShouldBeLessThan(4); // Three, and a busy machine.
        (await target.AskAsync("listened")).ShouldBe("listened False");
        using var next = await LoadedCollector.LoadAsync(target.Id);
        (await target.AskAsync("listened")).ShouldBe("listened True");
    }

    [TestMethod]
    public async Task A_yes_at_the_terminal_loads_it_and_a_no_does_not()
    {
        using var folder = new TemporaryFolder();
        await using var target = await StartAsync();
        string command = $"{Checkout.Program("agent/Scope.Agent", "scope-attach")} {target.Id} --no-report --snapshot none -o {folder.Path}";
        await using (var agent = ChildProcess.Start("script", ["-qec", command, "/dev/null"]))
        {
            await agent.WriteLineAsync("n");
            await Deadline.UntilAsync("it to record", () => Directory.GetDirectories(folder.Path).Length == 1);
            LoadedCollector.Threads(target.Id).ShouldBe(0);
        }
        await using (var agent = ChildProcess.Start("script", ["-qec", command, "/dev/null"]))
        {
            await agent.WriteLineAsync("y");
            await Deadline.UntilAsync("the collector to be there", () => LoadedCollector.Threads(target.Id) == 1);
        }
    }

    [TestMethod]
    public async Task What_a_full_ring_drops_is_counted_to_the_record()
    {
        const int steps = 300_000;
        await using var target = await StartAsync();
        using var collector = await LoadedCollector.LoadAsync(target.Id);
        var done = target.AskAsync($"steps {steps}");
        while (!done.IsCompleted)
        {
            collector.Beat(); // Alive, and reads nothing.
            await Task.Delay(20);
        }
        int read = collector.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
        read.ShouldBe(collector.Reader.Layout.Slots);
        (read + collector.Reader.Dropped, collector.Reader.Corrupt).ShouldBe((2 * steps, 0));
    }

    [TestMethod]
    public async Task Threads_that_come_and_go_find_rings_or_are_counted()
    {
        const int threads = 5_000;
        await using var target = await StartAsync();
        var (catalog, ledger, sink) = (new Catalog(), new Ledger(), new CountingSink());
        var id = catalog.Targets.Add(new(target.Id, "target", "", "", "", "", EventTime.Min, 0, "target"));
        await using (var source = (await CollectorSource.StartAsync(DiagnosticPort.Of(target.Id), LoadedCollector.Assembly, LoadedCollector.Spans, catalog, ledger, new TargetSymbols(id, catalog), sink, Assert.Fail)).Value)
            await target.AskAsync($"threads {threads}");
        var account = ledger.Summary();
        sink.Spans.ShouldBe(account.Captured);
        (account.Captured + account.Lost).ShouldBe(2 * threads);
        account.Captured.ShouldBeGreaterThan(2 * RegionLayout.Usual.Rings, "the rings of dead threads come back");
    }

    [TestMethod]
    public async Task Where_startup_hooks_are_trimmed_away_nothing_answers_and_nothing_is_harmed()
    {
        using var folder = new TemporaryFolder();
        string program = Checkout.Program("tests/Targets/Scope.Targets.Exporting"), config = folder["off.runtimeconfig.json"];
        File.WriteAllText(config, File.ReadAllText(program + ".runtimeconfig.json").Replace("\"configProperties\": {", "\"configProperties\": {\n      \"System.StartupHookProvider.IsSupported\": false,"));
        File.ReadAllText(config).ShouldContain("StartupHookProvider");
        await using var target = await StartAsync("dotnet", "exec", "--runtimeconfig", config, program + ".dll");
        (await LoadedCollector.TryLoadAsync(target.Id)).Failure.ShouldNotBeNull().Message.ShouldContain("startup hooks");
        (await target.AskAsync("steps 10")).ShouldBe("done 10");
    }

    [TestMethod]
    [DataRow("opentelemetry")]
    [DataRow("own")]
    public async Task What_an_application_samples_and_exports_stays_as_it_was_to_the_span(string way)
    {
        await using var target = await StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Exporting"), way);
        string alone = await target.AskAsync("orders 2000");
        string recorded;
        int told = 0;
        using (var collector = await LoadedCollector.LoadAsync(target.Id, LoadedCollector.Spans | HookFeatures.ThreadSpans))
        {
            recorded = await target.AskAsync("orders 2000");
            collector.Reader.Drain((int _, in HookRecord record, ReadOnlySpan<byte> _) => told += record.Kind == HookKind.SpanStop ? 1 : 0);
            collector.End().ShouldBeTrue();
        }
        recorded.ShouldBe(alone);
        (await target.AskAsync("orders 2000")).ShouldBe(alone);
        told.ShouldBeGreaterThan(500);
        int.Parse(alone.Split(' ')[1]).ShouldBeInRange(200, 800);
    }

    [TestMethod]
    public async Task What_an_application_exports_stays_as_it_was_while_the_runtime_tells_its_spans()
    {
        await using var target = await StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Exporting"), "opentelemetry");
        string alone = await target.AskAsync("orders 2000");
        Exporters.AreIn(target.Id).ShouldBeTrue();
        var port = DiagnosticPort.Of(target.Id);
        var sessions = new List<EventPipeSession>();
        foreach (var request in ProfileTable.Default.BesideExporter.Requests(16))
            sessions.Add((await EventPipeSession.StartAsync(port, request)).Value);
        (await target.AskAsync("orders 2000")).ShouldBe(alone);
        foreach (var session in sessions)
            await session.DisposeAsync();
    }

    static Task<Asked> StartAsync(params string[] command) => Asked.StartAsync(command.Length > 0 ? command : [Checkout.Program("tests/Targets/Scope.Targets.Exporting")]);

    static List<HookField> Fields(ReadOnlySpan<byte> text)
    {
        var fields = new List<HookField>();
        for (var reader = new HookTextReader(text); reader.Next();)
            fields.Add(reader.Sort);
        return fields;
    }

    sealed class CountingSink : IEventSink
    {
        public long Spans { get; private set; }

        public EventId Append(in ScopeEvent e)
        {
            Spans++;
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) { }
    }
}
