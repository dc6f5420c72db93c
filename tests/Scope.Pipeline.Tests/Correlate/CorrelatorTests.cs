using Scope.Events;

namespace Scope.Pipeline.Tests.Correlate;

[TestClass]
public sealed class CorrelatorTests
{
    readonly Story _story = new();
    readonly SpanId _request, _activity;

    public CorrelatorTests()
    {
        _request = _story.W3C(1);
        _activity = _story.Activity(new("00000011-0000-0000-0000-000000001122"));
    }

    [TestMethod]
    public void An_event_in_a_runtime_activity_belongs_to_the_span_that_began_in_it()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        var thrown = _story.TellIn(EventKind.ExceptionThrown, 5, _activity, name: "E");
        thrown.Span.ShouldBe(_request);
        thrown.Flow.ShouldBe(_story.Catalog.Flows.Find(9));
        thrown.Flags.ShouldBe(EventFlags.None);
    }

    [TestMethod]
    public void An_activity_id_that_is_used_again_means_the_latest_start()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.Tell(EventKind.Request, 1, _request, activity: _activity, value: 1000);
        _story.TellIn(EventKind.Log, 1, _activity).Span.ShouldBe(_request); // Work that outlived it.
        _story.Tell(EventKind.RequestStart, 1, _story.W3C(2), activity: _activity);
        _story.TellIn(EventKind.Log, 1, _activity).Span.ShouldBe(_story.W3C(2));
    }

    [TestMethod]
    public void An_activity_that_nobody_told_of_belongs_to_nobody()
    {
        var e = _story.TellIn(EventKind.ExceptionThrown, 1, _activity, name: "E");
        e.Span.IsNone.ShouldBeTrue();
        e.Flow.IsNone.ShouldBeTrue();
        (e.Flags & EventFlags.SpanUnresolved).ShouldBe(EventFlags.None);
        _story.Correlator.Unattributed.ShouldBe(1);
    }

    [TestMethod]
    public void A_span_that_began_before_us_is_told_as_partial_and_still_known()
    {
        var end = _story.Tell(EventKind.Request, 1, _request, value: 5000);
        (end.Flags & EventFlags.Partial).ShouldBe(EventFlags.Partial);
        _story.Tell(EventKind.SqlStart, 1, _story.W3C(2), _request).Parent.ShouldBe(_request);
    }

    [TestMethod]
    public void A_span_that_never_ends_is_told_when_we_stop()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity, name: "GET /hangs");
        _story.Correlator.Flush(new(9_000_000));
        var end = _story.Last;
        (end.Kind, end.Span, end.Flags & EventFlags.Partial).ShouldBe((EventKind.Request, _request, EventFlags.Partial));
        end.Value.ShouldBe(9_000_000 - 1_001_000);
        _story.Correlator.OpenSpans.ShouldBe(0);
        _story.Correlator.Flush(new(9_000_000));
        _story.Told.Count.ShouldBe(2);
    }

    [TestMethod]
    public void Too_many_open_spans_give_up_the_oldest_and_say_so()
    {
        for (var i = 1ul; i <= (ulong)Limits.OpenSpans + 5; i++) _story.Tell(EventKind.ActivityStart, 1, _story.W3C(i));
        _story.Correlator.OpenSpans.ShouldBe(Limits.OpenSpans);
        _story.Of(EventKind.Activity).Select(e => e.Span).ShouldBe([.. Enumerable.Range(1, 5).Select(i => _story.W3C((ulong)i))]);
        _story.Ledger.Summary().Losses.Sum(l => l.Count).ShouldBe(5);
    }

    [TestMethod]
    public void A_thread_that_is_told_its_activity_gives_it_to_its_samples()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.Tell(EventKind.CpuSample, 1).Span.IsNone.ShouldBeTrue(); // Nothing has said yet what thread 1 is in.
        _story.TellIn(EventKind.ActivitySet, 1, _activity);
        var sample = _story.Tell(EventKind.CpuSample, 1);
        (sample.Span, sample.Flags & EventFlags.SpanInferred).ShouldBe((_request, EventFlags.SpanInferred));
        _story.TellIn(EventKind.ActivitySet, 1, default);
        _story.Tell(EventKind.CpuSample, 1).Span.IsNone.ShouldBeTrue();
        _story.Of(EventKind.ActivitySet).ShouldBeEmpty();
    }

    [TestMethod]
    public void What_was_known_of_threads_ends_with_the_time_line()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.ActivitySet, 1, _activity);
        var end = new ScopeEvent { Kind = EventKind.ActivitySet, Target = _story.Target };
        _story.Correlator.Process(ref end);
        _story.Tell(EventKind.CpuSample, 1).Span.IsNone.ShouldBeTrue();
    }

    [TestMethod]
    public void Who_waited_for_a_task_goes_on_in_the_activity_in_which_the_wait_began()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.TaskWaitStart, 1, _activity, value: 77, detail: 2);
        _story.Tell(EventKind.TaskWait, 4, value: 77).Span.ShouldBe(_request);
        _story.Tell(EventKind.CpuSample, 4).Span.ShouldBe(_request);
    }

    [TestMethod]
    public void A_task_runs_for_the_span_that_scheduled_it_and_is_linked_to_it()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.TaskScheduled, 1, _activity, value: 5);
        var scheduled = _story.Told.Count - 1;
        _story.Tell(EventKind.TaskStarted, 3, value: 5).Span.ShouldBe(_request);
        LinkOf(LinkKind.TaskSpawn).ShouldBe((scheduled, EventKind.TaskStarted));
    }

    [TestMethod]
    public void A_call_is_linked_to_the_request_that_it_became()
    {
        _story.Tell(EventKind.ClientCallStart, 1, _request);
        _story.Tell(EventKind.RequestStart, 2, _story.W3C(2), _request);
        LinkOf(LinkKind.Message).ShouldBe((0, EventKind.RequestStart));
        _story.Last.Parent.ShouldBe(_request);
    }

    [TestMethod]
    public void An_exception_thrown_again_is_linked_to_its_first_throw_and_to_the_span_that_it_fails()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.ExceptionThrown, 1, _activity, name: "E");
        _story.TellIn(EventKind.ExceptionThrown, 8, _activity, name: "E");
        LinkOf(LinkKind.ErrorPropagation).ShouldBe((1, EventKind.ExceptionThrown));
        _story.Tell(EventKind.Request, 8, _request, value: 1, flags: EventFlags.Error);
        LinkOf(LinkKind.ErrorPropagation).ShouldBe((2, EventKind.Request));
    }

    [TestMethod]
    public void Another_exception_in_the_same_span_is_not_taken_for_the_first()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.ExceptionThrown, 1, _activity, name: "E");
        _story.TellIn(EventKind.ExceptionThrown, 1, _activity, name: "Other");
        _story.Of(EventKind.Link).ShouldBeEmpty();
    }

    [TestMethod]
    public void A_wait_for_a_lock_is_linked_to_its_owner()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.ActivitySet, 1, _activity);
        _story.Tell(EventKind.Log, 1);
        var contention = new ScopeEvent { Kind = EventKind.Contention, Target = _story.Target, Thread = _story.Thread(2), Related = RelatedId.Of(_story.Thread(1)), Value = 10 };
        _story.Correlator.Process(ref contention);
        LinkOf(LinkKind.LockHandover).ShouldBe((1, EventKind.Contention));
        _story.Last.Parent.ShouldBe(_request);
    }

    [TestMethod]
    public void A_state_that_changes_is_linked_to_what_failed_in_the_same_span()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.ExceptionThrown, 1, _activity, name: "E");
        _story.TellIn(EventKind.StateChange, 4, _activity, name: "request failed", flags: EventFlags.Error);
        LinkOf(LinkKind.StateTransition).ShouldBe((1, EventKind.StateChange));
        _story.Last.Parent.ShouldBe(_request);
        (_story.Tell(EventKind.Request, 4, _request, value: 1).Flags & EventFlags.Error).ShouldBe(EventFlags.Error);
    }

    [TestMethod]
    public void A_state_that_changes_where_nothing_failed_has_no_cause()
    {
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.StateChange, 1, _activity, name: "cache warmed");
        _story.Of(EventKind.Link).ShouldBeEmpty();
    }

    [TestMethod]
    [DataRow((ushort)6)]
    [DataRow((ushort)8)]
    public void A_pool_that_grows_because_its_workers_stand_still_is_linked_to_the_wait_of_one(ushort reason)
    {
        const ushort warmup = 0;
        _story.Tell(EventKind.RequestStart, 1, _request, activity: _activity);
        _story.TellIn(EventKind.TaskWaitStart, 2, _activity, value: 70, flags: EventFlags.Blocking);
        _story.TellIn(EventKind.TaskWaitStart, 3, _activity, value: 71);
        _story.Tell(EventKind.PoolAdjust, 9, value: 5, detail: warmup);
        _story.Of(EventKind.Link).ShouldBeEmpty();
        _story.Tell(EventKind.PoolAdjust, 9, value: 6, detail: reason);
        LinkOf(LinkKind.StateTransition).ShouldBe((1, EventKind.PoolAdjust));
        _story.Last.Parent.ShouldBe(_request);
    }

    [TestMethod]
    public void A_request_without_trace_is_known_by_its_activity_and_told_once()
    {
        _story.TellIn(EventKind.RequestStart, 1, _activity, name: "GET /a");
        _story.TellIn(EventKind.Log, 4, _activity).Span.ShouldBe(_story.Told[0].Span);
        _story.TellIn(EventKind.Request, 4, _activity);
        var end = _story.Last;
        (end.Span, end.Name, end.Value).ShouldBe((_story.Told[0].Span, _story.Told[0].Name, 2000));
        (end.Flags & EventFlags.NoTraceId).ShouldBe(EventFlags.NoTraceId);
        end.Flow.IsNone.ShouldBeFalse();
        _story.TellIn(EventKind.RequestStart, 1, _activity, name: "GET /b");
        _story.Last.Span.ShouldNotBe(end.Span);
        _story.Last.Flow.ShouldNotBe(end.Flow);
    }

    [TestMethod]
    public void Work_without_a_request_is_background_and_so_is_what_it_causes()
    {
        _story.Tell(EventKind.ActivityStart, 1, _request, activity: _activity);
        var child = _story.Tell(EventKind.SqlStart, 1, _story.W3C(2), _request);
        (child.Flags & EventFlags.Background).ShouldBe(EventFlags.Background);
        (_story.TellIn(EventKind.Log, 1, _activity).Flags & EventFlags.Background).ShouldBe(EventFlags.Background);
    }

    // Cause and effect of the last link of a kind.
    (long Cause, EventKind Effect) LinkOf(LinkKind kind)
    {
        var at = _story.Told.FindLastIndex(e => e.Kind == EventKind.Link && e.Detail == (ushort)kind);
        at.ShouldBeGreaterThanOrEqualTo(0, $"no {kind} link");
        return (_story.Told[at].Value, _story.Told[at - _story.Told[at].Related.Value].Kind);
    }
}
