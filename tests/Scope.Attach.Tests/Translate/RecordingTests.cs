// The translator on a real recording, checked against TraceEvent's own knowledge of the runtime's payloads.
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;
using Scope.Attach.Nettrace;
using Scope.Attach.Symbols;
using Scope.Attach.Tests.Nettrace;
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Attach.Tests.Translate;

[TestClass]
public sealed class RecordingTests
{
    static readonly Catalog Catalog = new();
    static readonly List<ScopeEvent> Events = [];
    static readonly Ledger Ledger = new();
    static readonly TargetId Target = Catalog.Targets.Add(new(1, "mixed", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Mixed"));
    static readonly TargetSymbols Symbols = new(Target, Catalog);

    [ClassInitialize]
    public static void Translate(TestContext context)
    {
        var names = new SymbolReader(Symbols);
        NettraceReader.Read(new MemoryStream(Recordings.Mixed), names, new NettraceOptions { Sorted = false }).IsWhole.ShouldBeTrue();
        names.End();
        var translator = new NettraceTranslator(Target, Catalog, Ledger, new ListSink(), Symbols, StreamClock.Recorded(), "file");
        NettraceReader.Read(new MemoryStream(Recordings.Mixed), translator).IsWhole.ShouldBeTrue();
        translator.End();
    }

    [TestMethod]
    public void Events_come_in_the_order_of_time() =>
        Events.Zip(Events.Skip(1)).ShouldAllBe(pair => pair.First.Time <= pair.Second.Time);

    [TestMethod]
    public void Exceptions_are_those_that_the_peer_reads()
    {
        var peers = new List<string>();
        Peer(source => source.Clr.ExceptionStart += e => peers.Add($"{e.ExceptionType}: {e.ExceptionMessage}"));
        var message = Catalog.Names.Find("message");
        Of(EventKind.ExceptionThrown).Select(e => $"{Catalog.Names[e.Name]}: {Catalog.Payloads.Field(e.Payload, message)}").ShouldBe(peers, ignoreOrder: true);
        peers.ShouldNotBeEmpty();
    }

    [TestMethod]
    public void Collections_and_heap_sizes_are_those_that_the_peer_reads()
    {
        var starts = new List<(long, int)>();
        var sizes = new List<long>();
        Peer(source =>
        {
            source.Clr.GCStart += e => starts.Add((e.Count, e.Depth));
            source.Clr.GCHeapStats += e => sizes.Add(e.TotalHeapSize);
        });
        Of(EventKind.GcStart).Select(e => (e.Value, (int)e.Detail)).ShouldBe(starts);
        Of(EventKind.GcHeap).Select(e => e.Value).ShouldBe(sizes);
    }

    [TestMethod]
    public void Pauses_are_those_for_the_collector_and_not_the_samplers()
    {
        var forGc = 0;
        var all = 0;
        Peer(source => source.Clr.GCSuspendEEStart += e =>
        {
            all++;
            if (e.Reason is GCSuspendEEReason.SuspendForGC or GCSuspendEEReason.SuspendForGCPrep) forGc++;
        });
        Of(EventKind.GcPause).Count().ShouldBeInRange(forGc - 1, forGc);
        all.ShouldBeGreaterThan(forGc);
        Of(EventKind.GcPause).ShouldAllBe(e => e.Value > 0 && e.Value < 5_000_000_000);
    }

    [TestMethod]
    public void Contention_lasts_as_long_as_the_peer_reads_and_knows_its_owner()
    {
        var peers = new List<long>();
        Peer(source => source.Clr.ContentionStop += e => peers.Add((long)e.DurationNs));
        Of(EventKind.Contention).Select(e => e.Value).ShouldBe(peers, ignoreOrder: true);
        Of(EventKind.Contention).Where(e => (e.Flags & EventFlags.Partial) == 0).ShouldAllBe(e => !e.Name.IsNone);
    }

    [TestMethod]
    public void Samples_stand_for_the_time_that_they_cover_and_name_their_method()
    {
        var samples = Of(EventKind.CpuSample).ToList();
        samples.ShouldNotBeEmpty();
        samples.ShouldAllBe(e => e.Value >= 0 && e.Value <= 200_000_000);
        samples.Count(e => !e.Method.IsNone).ShouldBeGreaterThan(samples.Count * 9 / 10);
        foreach (var thread in samples.GroupBy(e => e.Thread))
            thread.Sum(e => e.Value).ShouldBeLessThanOrEqualTo(thread.Max(e => e.Time) - thread.Min(e => e.Time) + 50_000_000);
    }

    [TestMethod]
    public void Events_of_a_provider_that_nobody_knows_are_kept_with_their_fields()
    {
        var others = Of(EventKind.Log).Where(e => Catalog.Names[e.Name].StartsWith("Scope-Targets-Mixed/", StringComparison.Ordinal)).ToList();
        others.ShouldNotBeEmpty();
        others.ShouldContain(e => !e.Payload.IsNone);
    }

    [TestMethod]
    public void The_runtimes_counters_are_metrics_with_the_values_that_the_peer_reads()
    {
        var peers = new Dictionary<string, List<double>>();
        Peer(source => source.Dynamic.All += e =>
        {
            if (e.ProviderName != "System.Runtime" || e.EventName != "EventCounters" || e.PayloadValue(0) is not IDictionary<string, object> { } wrapped) return;
            var told = (IDictionary<string, object>)wrapped["Payload"];
            var unit = (string)told["DisplayUnits"];
            var value = told.TryGetValue("Mean", out var mean) ? (double)mean : (double)told["Increment"] / (float)told["IntervalSec"];
            var name = $"System.Runtime/{told["Name"]}{(unit.Length == 0 ? "" : ", " + unit)}";
            if (!peers.TryGetValue(name, out var values)) peers[name] = values = [];
            values.Add(value);
        });
        peers.Count.ShouldBeGreaterThan(15);
        foreach (var (name, values) in peers)
            Of(EventKind.Metric).Where(e => Catalog.Names[e.Name] == name).Select(e => e.Value / (double)RuntimeCounters.Scale).ShouldBe(values, 0.001, name);
        foreach (var known in new[] { RuntimeCounters.HeapMegabytes, RuntimeCounters.PoolThreads, RuntimeCounters.PoolQueue, RuntimeCounters.AllocatedBytes, RuntimeCounters.Exceptions, RuntimeCounters.Timers })
            peers.Keys.ShouldContain(known);
    }

    [TestMethod]
    public void No_payload_was_torn_and_the_ledger_has_all() =>
        Ledger.Summary().ShouldSatisfyAllConditions(s => s.Lost.ShouldBe(0), s => s.Captured.ShouldBeGreaterThan(Events.Count / 2));

    static IEnumerable<ScopeEvent> Of(EventKind kind) => Events.Where(e => e.Kind == kind);

    static void Peer(Action<EventPipeEventSource> subscribe)
    {
        using var source = new EventPipeEventSource(new MemoryStream(Recordings.Mixed));
        subscribe(source);
        source.Process();
    }

    sealed class ListSink : IEventSink
    {
        public EventId Append(in ScopeEvent e)
        {
            Events.Add(e);
            return new(Events.Count - 1);
        }

        public void Advance(EventTime noneBefore) { }
    }
}
