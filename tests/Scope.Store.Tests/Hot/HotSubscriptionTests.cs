// Subscriptions: what comes, what is counted, how they end.
using Scope.Events;
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Store.Tests.Hot;

[TestClass]
public sealed class HotSubscriptionTests
{
    readonly HotIndex _index = new(new(), new());
    readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));

    [TestMethod]
    public async Task New_events_that_match_arrive_and_old_ones_do_not()
    {
        _index.Append(Log(1));
        using var subscription = _index.Subscribe(new() { Kinds = KindSet.Of(EventKind.Log), MinValue = 10 });
        _index.Append(Log(5));
        _index.Append(Log(15));
        _index.Append(new() { Kind = EventKind.Sql, Value = 20 });
        _index.Append(Log(25));
        (await Next(subscription)).ShouldBe((2, 15));
        (await Next(subscription)).ShouldBe((4, 25));
        subscription.Dropped.ShouldBe(0);
    }

    [TestMethod]
    public async Task Each_of_several_gets_its_own()
    {
        using var all = _index.Subscribe(new());
        using var some = _index.Subscribe(new() { MinValue = 50 });
        for (var i = 0; i < 100; i++) _index.Append(Log(i));
        for (var i = 0; i < 100; i++) (await Next(all)).Value.ShouldBe(i);
        for (var i = 50; i < 100; i++) (await Next(some)).Value.ShouldBe(i);
    }

    [TestMethod]
    public async Task One_that_does_not_read_misses_the_oldest_and_they_are_counted()
    {
        using var subscription = _index.Subscribe(new());
        const int events = Limits.SubscriptionEvents + 1000;
        for (var i = 0; i < events; i++) _index.Append(Log(i));
        while (subscription.Dropped < 1000)
        {
            _deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        (await Next(subscription)).Value.ShouldBe(1000);
        subscription.Dropped.ShouldBe(1000);
    }

    [TestMethod]
    public async Task It_ends_with_its_limit()
    {
        using var subscription = _index.Subscribe(new() { Limit = 3 });
        for (var i = 0; i < 10; i++) _index.Append(Log(i));
        var values = new List<long>();
        await foreach (var stored in subscription.Events.ReadAllAsync(_deadline.Token)) values.Add(stored.Event.Value);
        values.ShouldBe([0, 1, 2]);
    }

    [TestMethod]
    public async Task A_pattern_stands_for_methods_that_come_later_too_and_is_there_within_a_tenth_of_a_second()
    {
        QueryText.TryParse("method:Orders.* kind:exception", out var text, out _).ShouldBeTrue();
        using var subscription = _index.Subscribe(text, out var mistake);
        mistake.ShouldBeNull();
        var millis = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            var method = _index.Catalog.Methods.Intern(new(default, i, i % 2 == 0 ? "Shop.Orders" : "Shop.Stock", $"New{i}", ""));
            var watch = System.Diagnostics.Stopwatch.StartNew();
            _index.Append(new() { Kind = EventKind.ExceptionThrown, Method = method, Value = i });
            if (i % 2 != 0) continue;
            (await Next(subscription!)).Value.ShouldBe(i);
            millis.Add(watch.Elapsed.TotalMilliseconds);
        }
        millis.Order().ElementAt(millis.Count / 2).ShouldBeLessThan(100); // The middle one: a test machine stands still now and then.
    }

    [TestMethod]
    public void What_cannot_be_subscribed_to_is_said()
    {
        QueryText.TryParse("kind:log causes:0", out var text, out _).ShouldBeTrue();
        _index.Append(Log(1));
        _index.Subscribe(text, out var mistake).ShouldBeNull();
        mistake!.At.ShouldBe(9);
        QueryText.TryParse("kind:logg", out text, out _).ShouldBeTrue();
        _index.Subscribe(text, out mistake).ShouldBeNull();
        mistake!.Message.ShouldContain("did you mean log?");
    }

    [TestMethod]
    public async Task It_ends_when_it_is_disposed_of_and_others_go_on()
    {
        var first = _index.Subscribe(new());
        using var second = _index.Subscribe(new());
        first.Dispose();
        await first.Events.Completion.WaitAsync(_deadline.Token);
        _index.Append(Log(1));
        (await Next(second)).Value.ShouldBe(1);
    }

    [TestMethod]
    public async Task After_the_last_has_ended_a_new_one_works()
    {
        for (var i = 0; i < 5; i++)
        {
            using var subscription = _index.Subscribe(new());
            _index.Append(Log(i));
            (await Next(subscription)).Value.ShouldBe(i);
        }
    }

    [TestMethod]
    public void Too_many_are_refused()
    {
        var all = Enumerable.Range(0, Limits.Subscriptions).Select(_ => _index.Subscribe(new())).ToList();
        Should.Throw<InvalidOperationException>(() => _index.Subscribe(new())).Message.ShouldContain("end one first");
        foreach (var subscription in all) subscription.Dispose();
        _index.Subscribe(new()).Dispose();
    }

    async Task<(long Id, long Value)> Next(HotSubscription subscription)
    {
        var stored = await subscription.Events.ReadAsync(_deadline.Token);
        return (stored.Id.Value, stored.Event.Value);
    }

    static ScopeEvent Log(long value) => new() { Kind = EventKind.Log, Value = value };
}
