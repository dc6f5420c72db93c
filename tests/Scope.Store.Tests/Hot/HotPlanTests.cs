// Which way a query is answered. All ways give the same events (the contract sees to that); these tests are about cost.
using Scope.Events;
using Scope.Store.Hot;

namespace Scope.Store.Tests.Hot;

[TestClass]
public sealed class HotPlanTests
{
    const int Events = 100_000;

    readonly HotIndex _index = new(new(), new());

    public HotPlanTests()
    {
        for (var i = 0; i < Events; i++)
            _index.Append(new() { Time = new(i), Thread = new(i % 4 + 1), Flow = new(i / 20 + 1), Kind = i % 1000 == 0 ? EventKind.GcPause : EventKind.Log, Name = new(i % 50 + 1) });
    }

    [TestMethod]
    public void The_shortest_chain_is_walked() =>
        _index.PlanOf(new() { Flow = new(77), Thread = new(1), Name = new(3) }).ChainWalked.ShouldBe(Chain.Flow);

    [TestMethod]
    public void Several_rare_kinds_are_walked_together() =>
        _index.PlanOf(new() { Kinds = KindSet.Of(EventKind.GcPause, EventKind.Sql, EventKind.ExceptionThrown) }).ChainWalked.ShouldBe(Chain.Kind);

    [TestMethod]
    public void A_chain_with_a_good_part_of_all_events_is_not_worth_walking() =>
        _index.PlanOf(new() { Thread = new(1) }).ChainWalked.ShouldBeNull();

    [TestMethod]
    public void A_short_range_is_looked_through_whatever_is_asked() =>
        _index.PlanOf(new() { From = new(5000), To = new(5020), Thread = new(1), Flow = new(251) }).ChainWalked.ShouldBeNull();

    [TestMethod]
    public void The_newest_few_of_a_long_chain_are_walked() =>
        _index.PlanOf(new() { Name = new(7), Order = EventOrder.NewestFirst, Limit = 10 }).ChainWalked.ShouldBe(Chain.Name);

    [TestMethod]
    public void Several_methods_or_names_are_walked_together_when_they_are_few() =>
        _index.PlanOf(new() { Flows = new([new(77), new(1200), new(3000)]), Order = EventOrder.NewestFirst }).ChainWalked.ShouldBe(Chain.Flow);

    [TestMethod]
    public void A_plan_says_its_way_and_how_much_it_expects_to_look_at()
    {
        _index.WayOf(new() { Flow = new(77), Order = EventOrder.NewestFirst }).ShouldBe(new QueryWay("chain of one flow", 20));
        _index.WayOf(new() { From = new(5000), To = new(5020) }).ShouldBe(new QueryWay("range of time", 20));
        _index.WayOf(new() { Limit = 5 }).ShouldBe(new QueryWay("range of time", 5));
        _index.WayOf(new() { Span = new(12345) }).Expected.ShouldBe(0);
    }

    [TestMethod]
    public void Something_that_never_occurred_costs_nothing()
    {
        var plan = _index.PlanOf(new() { Span = new(12345) });
        plan.ChainWalked.ShouldBeNull();
        plan.IsEmpty.ShouldBeTrue();
    }
}
