// Gates that async methods queue for: told by calls that never overlap, or by the semaphore in a snapshot.
using Scope.Events.Snapshots;

namespace Scope.Insight.Tests.Causes;

[TestClass]
public sealed class CallsOneByOneTests
{
    [TestMethod]
    public void Calls_that_never_overlap_while_requests_queue_are_a_gate_held_over_the_call()
    {
        var finding = Calling(apart: 50, takes: 48).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("lock-contention", "Shop.Tokens.GetAsync"));
        finding.Summary.ShouldContain("one by one");
    }

    [TestMethod]
    public void Calls_that_are_made_at_once_queue_for_nothing_here() => Calling(apart: 50, takes: 200).Diagnosed().ShouldNotContain(f => f.Cause == "lock-contention");

    [TestMethod]
    public void Calls_with_pauses_between_them_hold_nobody_up() => Calling(apart: 50, takes: 10).Diagnosed().ShouldNotContain(f => f.Cause == "lock-contention");

    [TestMethod]
    public void A_queue_at_a_semaphore_in_a_snapshot_names_the_method_that_waits()
    {
        AsyncChain Chain(AsyncRootKind root, int count) => new() { Frames = [new(0, 0, "")], Count = count, Root = root, RootObject = 5 };
        var state = new Snapshot { Methods = [Story.Method("Shop.Tokens+<GetAsync>d__1::MoveNext")], AsyncChains = [Chain(AsyncRootKind.Semaphore, 12), Chain(AsyncRootKind.Io, 1) with { RootObject = 6 }] };
        var finding = new Story().Traffic("GET /stock", 20, 20, 5).Snapshot(18_000, state).Diagnosed()[0];
        (finding.Cause, finding.Culprit).ShouldBe(("lock-contention", "Shop.Tokens.GetAsync"));
    }

    /// <summary>Requests of a second each, of which each makes its call at the end.</summary>
    static Story Calling(double apart, double takes)
    {
        var story = new Story();
        var calling = story.Stack("System.Net.Http.HttpClient::SendAsync", "Shop.Tokens+<GetAsync>d__1::MoveNext");
        for (var at = 0.0; at < 18_000; at += apart)
            story.Request("GET /reports/{id}", at, 1000, work =>
            {
                work.Call("GET tokens.example", at + 1000 - takes, takes);
                work.Standing(calling, at + 1000 - takes, at + 1010 - takes);
            });
        return story;
    }
}
