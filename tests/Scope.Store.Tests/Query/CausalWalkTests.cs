// What led to an event and what came of it, in a story as the correlator tells it: links stand right after their effect.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Store.Tests.Query;

[TestClass]
public sealed class CausalWalkTests
{
    readonly HotIndex _history = new(new(), new());
    readonly FlowId _flow = new(1), _other = new(2);
    readonly SpanId _request = new(1), _call = new(2), _served = new(3), _elsewhere = new(4);
    long _now;

    [TestMethod]
    public void Causes_go_from_an_exception_over_a_call_to_the_request_that_made_it()
    {
        var requestStart = Add(EventKind.RequestStart, _request);
        var callStart = Add(EventKind.ClientCallStart, _call, _request);
        var servedStart = Add(EventKind.RequestStart, _served, _call);
        Link(LinkKind.Message, callStart, servedStart);
        var thrown = Add(EventKind.ExceptionThrown, _served);
        var served = Add(EventKind.Request, _served, _call);
        Link(LinkKind.ErrorPropagation, thrown, served);
        var call = Add(EventKind.ClientCall, _call, _request);
        var request = Add(EventKind.Request, _request);

        Told(new CausalWalk(_history).CausesOf(thrown, 9)).ShouldBe([(thrown, 0, LinkKind.None), (served, 1, LinkKind.ParentChild), (call, 2, LinkKind.Message), (request, 3, LinkKind.ParentChild)]);
        Told(new CausalWalk(_history).CausesOf(thrown, 1)).ShouldBe([(thrown, 0, LinkKind.None), (served, 1, LinkKind.ParentChild)]);
        new CausalWalk(_history).CausesOf(requestStart, 9).Single().Stored.Id.ShouldBe(requestStart);
    }

    [TestMethod]
    public void Effects_go_the_other_way_and_over_to_another_flow()
    {
        Add(EventKind.RequestStart, _request);
        var sample = Add(EventKind.CpuSample, _request);
        var contention = Add(EventKind.Contention, _elsewhere, flow: _other);
        Link(LinkKind.LockHandover, sample, contention);
        var failed = Add(EventKind.ExceptionThrown, _elsewhere, flow: _other);
        Link(LinkKind.ErrorPropagation, contention, failed);
        var sql = Add(EventKind.Sql, _call, _request);
        var request = Add(EventKind.Request, _request);

        Told(new CausalWalk(_history).EffectsOf(request, 9)).ShouldBe(
            [(request, 0, LinkKind.None), (sql, 1, LinkKind.ParentChild), (sample, 1, LinkKind.ParentChild), (contention, 2, LinkKind.LockHandover), (failed, 3, LinkKind.ErrorPropagation)]);
        Told(new CausalWalk(_history).EffectsOf(request, 2)).Count.ShouldBe(4);
        Told(new CausalWalk(_history).CausesOf(failed, 2)).ShouldBe([(failed, 0, LinkKind.None), (contention, 1, LinkKind.ErrorPropagation), (sample, 2, LinkKind.LockHandover)]);
    }

    [TestMethod]
    public void A_span_that_has_not_ended_is_told_by_its_start()
    {
        var request = Add(EventKind.RequestStart, _request);
        var sql = Add(EventKind.SqlStart, _call, _request);
        var log = Add(EventKind.Log, _call);
        Told(new CausalWalk(_history).CausesOf(log, 9)).ShouldBe([(log, 0, LinkKind.None), (sql, 1, LinkKind.ParentChild), (request, 2, LinkKind.ParentChild)]);
        Told(new CausalWalk(_history).EffectsOf(request, 9)).Select(s => s.Id).ShouldBe([request, sql, log]);
    }

    [TestMethod]
    public void Links_that_lead_in_a_circle_or_to_nothing_end()
    {
        var first = Add(EventKind.Contention, default);
        Link(LinkKind.LockHandover, new(first.Value + 2), first);
        var second = Add(EventKind.Contention, default);
        Link(LinkKind.LockHandover, first, second);
        Link(LinkKind.LockHandover, new(99), second);
        Told(new CausalWalk(_history).CausesOf(first, int.MaxValue)).Select(s => s.Id).ShouldBe([first, second]);
        Told(new CausalWalk(_history).EffectsOf(first, int.MaxValue)).Select(s => s.Id).ShouldBe([first, second]);
        new CausalWalk(_history).CausesOf(new(99), 9).ShouldBeEmpty();
    }

    static List<(EventId Id, int Depth, LinkKind By)> Told(IReadOnlyList<CausalStep> steps) => [.. steps.Select(s => (s.Stored.Id, s.Depth, s.By))];

    EventId Add(EventKind kind, SpanId span, SpanId parent = default, FlowId? flow = null) =>
        _history.Append(new() { Time = new(_now++ * 1000), Kind = kind, Span = span, Parent = parent, Flow = span.IsNone ? default : flow ?? _flow });

    void Link(LinkKind kind, EventId cause, EventId effect) =>
        _history.Append(new() { Time = new(_now * 1000), Kind = EventKind.Link, Value = cause.Value, Detail = (ushort)kind, Related = new((int)(_history.NextId.Value - effect.Value)) });
}
