// The stages from a target's sessions to the correlator, wired as the agent wires them, with a list in place of the hot index.
using Scope.Attach.Hooks;
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Pipeline.Correlate;
using Scope.Pipeline.Merge;
using Scope.Pipeline.Ring;
using Scope.Testing;

namespace Scope.Truth.Tests;

/// <summary>One recording of one process.</summary>
sealed class RecordedRun
{
    readonly List<(EventPipeSession Session, Thread Reader)> _sessions = [];
    readonly TimeMerge _merge;
    readonly DiagnosticPort _port;
    CollectorSource? _inside;

    RecordedRun(int pid)
    {
        _port = DiagnosticPort.Of(pid);
        _merge = new(Ledger);
        Target = Catalog.Targets.Add(new(pid, "shop", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Shop"));
        (Symbols, Clock) = (new(Target, Catalog), StreamClock.Live(Catalog.Clock));
    }

    public Catalog Catalog { get; } = new();

    public Ledger Ledger { get; } = new();

    public TargetId Target { get; }

    public TargetSymbols Symbols { get; }

    /// <summary>The clock of the sessions; truth is told in its ticks.</summary>
    public StreamClock Clock { get; }

    /// <summary>What came out, in order.</summary>
    public List<ScopeEvent> Events { get; } = [];

    /// <summary>Begins to record with a profile; returns when the names of methods are known.</summary>
    public static async Task<RecordedRun> StartAsync(int pid, Profile profile, HookFeatures inside)
    {
        var run = new RecordedRun(pid);
        if (inside != HookFeatures.None)
        {
            await run.GoInsideAsync(inside);
            profile = profile.WithCollector(inside.HasFlag(HookFeatures.ThreadSpans));
        }
        foreach (var request in profile.Requests(256)) run.Add((await EventPipeSession.StartAsync(run._port, request)).Value, request.Stacks ? "with stacks" : "without stacks");
        await using var rundown = (await RundownSession.OpenAsync(run._port)).Value;
        var names = new SymbolReader(run.Symbols);
        NettraceReader.Read(rundown.Stream, names, new NettraceOptions { Sorted = false }).IsWhole.ShouldBeTrue();
        names.End();
        return run;
    }

    /// <summary>Ends the sessions and correlates what they told.</summary>
    public async Task StopAsync()
    {
        if (_inside is not null) await _inside.DisposeAsync();
        foreach (var (session, _) in _sessions) (await session.StopAsync()).Complete.ShouldBeTrue();
        foreach (var (_, reader) in _sessions) reader.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var correlator = new Correlator(Catalog, Ledger, new ListSink(Events));
        _merge.Run(correlator, CancellationToken.None);
        correlator.Flush(Events[^1].Time);
        foreach (var (session, _) in _sessions) await session.DisposeAsync();
        _merge.Dispose();
    }

    async Task GoInsideAsync(HookFeatures wanted)
    {
        var assembly = File.ReadAllBytes(Path.Combine(Checkout.Root, "profiler-hooks/Scope.Hooks.Probe/bin", Checkout.Configuration, "net8.0/Scope.Hooks.Probe.0000000000000000.dll"));
        var ring = new EventRing();
        _merge.Add(ring, CollectorSource.Name);
        _inside = (await CollectorSource.StartAsync(_port, assembly, wanted, Catalog, Ledger, Symbols, ring, note => Assert.Fail(note))).Value;
    }

    void Add(EventPipeSession session, string name)
    {
        var ring = new EventRing();
        _merge.Add(ring, name);
        var translator = new NettraceTranslator(Target, Catalog, Ledger, ring, Symbols, Clock, name, spansElsewhere: _inside is not null);
        var reader = new Thread(() =>
        {
            NettraceReader.Read(session.Stream, translator);
            translator.End();
            ring.Advance(EventTime.Max);
        }) { IsBackground = true };
        reader.Start();
        _sessions.Add((session, reader));
    }

    sealed class ListSink(List<ScopeEvent> events) : IEventSink
    {
        public EventId Append(in ScopeEvent e)
        {
            events.Add(e);
            return new(events.Count - 1);
        }

        public void Advance(EventTime noneBefore) { }
    }
}
