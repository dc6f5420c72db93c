// What is left of a history of flows when only a share of them is kept: those that failed or were slow whole, of the others the
// share whole, the same ones everywhere, in order, and what was left out counted.
using Scope.Events;
using Scope.Pipeline.Correlate;
using Scope.Pipeline.Pressure;

namespace Scope.Pipeline.Tests.Pressure;

[TestClass]
public sealed class FlowWindowTests
{
    const long Milli = 1_000_000, Window = 2_000 * Milli;
    const int EventsOfAFlow = 4;

    sealed class Kept : IEventSink
    {
        public List<ScopeEvent> Events { get; } = [];

        public EventId Append(in ScopeEvent e)
        {
            Events.Add(e);
            return new(Events.Count - 1);
        }

        public void Advance(EventTime noneBefore) { }
    }

    readonly Ledger _ledger = new();
    readonly Kept _kept = new();
    readonly Catalog _catalog = new();

    FlowWindow WindowOf(double share)
    {
        var window = new FlowWindow(_catalog, _ledger, _kept, Window) { Share = share };
        window.Next = new Correlator(_catalog, _ledger, window.Kept);
        return window;
    }

    // A request with one statement each 2 ms; of twenty one fails, another takes three seconds.
    IEnumerable<ScopeEvent> Flows(int count, int seed = 0)
    {
        var random = new Random(seed);
        var events = new List<ScopeEvent>();
        for (var i = 0; i < count; i++)
        {
            var flow = _catalog.Flows.Intern(new((ulong)i + 1, (ulong)random.NextInt64()));
            var (request, sql) = (_catalog.Spans.Intern(new(_catalog.Flows[flow], (ulong)i * 2 + 1)), _catalog.Spans.Intern(new(_catalog.Flows[flow], (ulong)i * 2 + 2)));
            var (at, length) = (new EventTime(i * 2 * Milli), i % 20 == 7 ? 3_000 * Milli : 5 * Milli);
            var failed = i % 20 == 3 ? EventFlags.Error : EventFlags.None;
            events.Add(new() { Time = at, Kind = EventKind.RequestStart, Span = request, Flow = flow });
            events.Add(new() { Time = at + Milli, Kind = EventKind.SqlStart, Span = sql, Parent = request, Flow = flow });
            events.Add(new() { Time = at + 2 * Milli, Kind = EventKind.Sql, Span = sql, Parent = request, Flow = flow, Value = Milli });
            events.Add(new() { Time = at + length, Kind = EventKind.Request, Span = request, Flow = flow, Value = length, Flags = failed });
        }
        return events.OrderBy(e => e.Time);
    }

    void Run(FlowWindow window, IEnumerable<ScopeEvent> events)
    {
        foreach (var e in events)
        {
            window.Append(e);
            if (e.Time.UnixNanos % (100 * Milli) == 0) window.Advance(e.Time);
        }
        window.Advance(EventTime.Max);
    }

    [TestMethod]
    public void With_everything_kept_nothing_waits()
    {
        var window = WindowOf(1);
        var first = Flows(1).First();
        window.Append(first);
        _kept.Events.ShouldHaveSingleItem().Time.ShouldBe(first.Time);
    }

    [TestMethod]
    public void Flows_that_failed_or_were_slow_are_kept_whole_and_of_the_others_the_share()
    {
        Run(WindowOf(0.25), Flows(4_000));

        var spans = _kept.Events.Where(e => EventKinds.Rule(e.Kind).Group == KindGroup.Span).ToList();
        var flows = spans.GroupBy(e => e.Flow).ToDictionary(g => g.Key, g => g.Count());
        flows.Values.ShouldAllBe(count => count == EventsOfAFlow);
        var ends = spans.Where(e => e.Kind == EventKind.Request).ToList();
        ends.Count(e => (e.Flags & EventFlags.Error) != 0).ShouldBe(200);
        ends.Count(e => e.Value > Window).ShouldBe(200);
        ends.Count(e => e.Value < Window && (e.Flags & EventFlags.Error) == 0).ShouldBeInRange(800, 1_000); // 900 of 3,600.
        spans.Select(e => e.Time).ShouldBeInOrder();
        var loss = _ledger.Summary().Losses.Where(l => l.Source == LossSource.Pressure).ToList();
        loss.Sum(l => l.Count).ShouldBe((4_000 - flows.Count) * EventsOfAFlow);
    }

    [TestMethod]
    public void Two_recorders_keep_the_same_flows_and_a_smaller_share_is_part_of_a_larger()
    {
        HashSet<UInt128> KeptOf(double share)
        {
            _kept.Events.Clear();
            Run(WindowOf(share), Flows(4_000));
            return [.. _kept.Events.Where(e => e.Kind == EventKind.Request && e.Value < Window && (e.Flags & EventFlags.Error) == 0).Select(e => _catalog.Flows[e.Flow])];
        }
        var quarter = KeptOf(0.25);
        KeptOf(0.25).ShouldBe(quarter, ignoreOrder: true);
        KeptOf(1.0 / 16).ShouldBeSubsetOf(quarter);
    }

    [TestMethod]
    public void What_belongs_to_no_flow_and_what_findings_rest_on_is_kept()
    {
        var window = WindowOf(0.0001);
        var flow = Flows(1).First().Flow;
        Run(window, [.. Flows(1), new() { Time = new(10 * Milli), Kind = EventKind.GcPause }, new() { Time = new(11 * Milli), Kind = EventKind.Contention, Flow = flow }, new() { Time = new(12 * Milli), Kind = EventKind.ExceptionThrown, Flow = flow }]);
        _kept.Events.Select(e => e.Kind).ShouldBe([EventKind.GcPause, EventKind.Contention, EventKind.ExceptionThrown]);
    }

    [TestMethod]
    public void When_all_is_kept_again_what_waits_goes_on_in_its_order()
    {
        var window = WindowOf(0.0001);
        foreach (var e in Flows(100).Where(e => e.Time.UnixNanos < 100 * Milli)) window.Append(e);
        _kept.Events.ShouldBeEmpty();
        window.Share = 1;
        window.Advance(new(100 * Milli));
        window.Append(new() { Time = new(101 * Milli), Kind = EventKind.GcPause });
        _kept.Events[^1].Kind.ShouldBe(EventKind.GcPause);
        _kept.Events.Select(e => e.Time).ShouldBeInOrder();
    }
}
