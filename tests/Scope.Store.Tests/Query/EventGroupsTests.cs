// Groups and their numbers, compared with the same counted by hand from the list of events.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Query;

namespace Scope.Store.Tests.Query;

[TestClass]
public sealed class EventGroupsTests
{
    [TestMethod]
    public void Each_key_groups_as_a_list_that_is_grouped_by_hand()
    {
        var random = new RandomEvents(1);
        var events = random.Events(3000);
        var history = new NaiveHistory(random.Catalog, events);
        var catalog = random.Catalog;
        Compare("kind", e => e.Kind.Text());
        Compare("name", e => catalog.Names[e.Name]);
        Compare("method", e => catalog.Methods[e.Method]?.FullName ?? "");
        Compare("thread", e => e.Thread.IsNone ? "" : catalog.Threads.OsIdOf(e.Thread).ToString());
        Compare("target", e => catalog.Targets[e.Target].Name);
        Compare("time:10us", e => new EventTime(e.Time.UnixNanos / 10_000 * 10_000).ToString());

        void Compare(string key, Func<ScopeEvent, string> by)
        {
            var table = EventGroups.Of(history, EventQuery.All, Read(key, "count,sum,min,max,mean,errors"), int.MaxValue);
            var expected = events.GroupBy(by).ToDictionary(g => g.Key, g => (double[])[g.Count(), g.Sum(e => e.Value), g.Min(e => e.Value), g.Max(e => e.Value), g.Average(e => e.Value), g.Count(e => e.Flags.HasFlag(EventFlags.Error))]);
            table.Rows.Count.ShouldBe(expected.Count, key);
            foreach (var row in table.Rows)
                for (var i = 0; i < row.Numbers.Count; i++) row.Numbers[i].ShouldBe(expected[row.Keys![0]][i], 1e-6, $"{key} {row.Keys[0]}");
            table.Events.ShouldBe(events.Count);
            table.Other.ShouldBeNull();
        }
    }

    [TestMethod]
    public void Quantiles_are_within_two_percent_and_rates_are_over_the_time_that_was_asked()
    {
        var events = Enumerable.Range(1, 10_000).Select(i => new ScopeEvent { Time = new(i * 1_000_000L), Kind = EventKind.Request, Value = i * 1000L, Name = new(1) }).ToList();
        var catalog = new Catalog();
        catalog.Names.Intern("GET /");
        var history = new NaiveHistory(catalog, events);
        var row = EventGroups.Of(history, EventQuery.All, Read("name", "p50,p99,rate"), 10).Rows.Single();
        row.Numbers[0].ShouldBe(5_000_000, 100_000);
        row.Numbers[1].ShouldBe(9_900_000, 200_000);
        row.Numbers[2].ShouldBe(1000, 1);
        EventGroups.Of(history, EventQuery.All, Read("time:1s", "rate,count"), 100).Rows.Select(r => r.Numbers[0]).Skip(1).Take(8).ShouldAllBe(rate => rate == 1000);
    }

    [TestMethod]
    public void Events_count_for_the_route_of_the_request_that_began_their_flow()
    {
        var catalog = new Catalog();
        var (path, route, inner, query) = (catalog.Names.Intern("GET /orders/5"), catalog.Names.Intern("GET /orders/{id}"), catalog.Names.Intern("GET /stock"), catalog.Names.Intern("SELECT 1"));
        List<ScopeEvent> events =
        [
            new() { Kind = EventKind.RequestStart, Span = new(1), Flow = new(1), Name = path },
            new() { Kind = EventKind.Sql, Span = new(2), Flow = new(1), Name = query },
            new() { Kind = EventKind.RequestStart, Span = new(3), Flow = new(1), Name = inner },
            new() { Kind = EventKind.Request, Span = new(3), Flow = new(1), Name = inner },
            new() { Kind = EventKind.Request, Span = new(1), Flow = new(1), Name = route },
            new() { Kind = EventKind.Sql, Span = new(9), Flow = new(2), Name = query },
        ];
        var table = EventGroups.Of(new NaiveHistory(catalog, events), new EventQuery { Kinds = KindSet.Of(EventKind.Sql, EventKind.Request) }, Read("route,kind", "count"), 10);
        table.Rows.Select(r => (r.Keys![0], r.Keys[1], r.Numbers[0])).ShouldBe([("GET /orders/{id}", "request", 1), ("GET /orders/{id}", "sql", 1), ("GET /stock", "request", 1), ("", "sql", 1)], ignoreOrder: true);
    }

    [TestMethod]
    public void A_method_of_several_processes_is_one_group()
    {
        var catalog = new Catalog();
        var methods = Enumerable.Range(1, 3).Select(i => catalog.Methods.Intern(new(new(i), 1, "Shop.Orders", i == 3 ? "Load" : "Take", ""))).ToArray();
        var events = methods.Select((method, i) => new ScopeEvent { Kind = EventKind.MethodLeave, Method = method, Value = 1000 * (i + 1) }).ToList();
        var table = EventGroups.Of(new NaiveHistory(catalog, events), EventQuery.All, Read("method", "count,sum,max,p99"), 10);
        table.Rows.Select(r => (r.Keys![0], r.Numbers[0], r.Numbers[1], r.Numbers[2])).ShouldBe([("Shop.Orders.Take", 2, 3000, 2000), ("Shop.Orders.Load", 1, 3000, 3000)]);
        table.Rows[0].Numbers[3].ShouldBe(2000, 40);
    }

    [TestMethod]
    public void Groups_beyond_the_bound_and_below_the_last_row_are_counted_as_others()
    {
        var events = Enumerable.Range(0, Limits.QueryGroups * 3).Select(i => new ScopeEvent { Time = new(i), Kind = EventKind.Log, Flow = new(i / 2 + 1) }).ToList();
        var table = EventGroups.Of(new NaiveHistory(new(), events), EventQuery.All, Read("flow", "count,p50"), 10);
        table.Groups.ShouldBe(Limits.QueryGroups);
        table.Rows.Count.ShouldBe(10);
        table.Other!.Events.ShouldBe(events.Count - 20);
        table.Other.Numbers[0].ShouldBe(events.Count - 20);
        table.Other.Numbers[1].ShouldBe(double.NaN);
        table.Events.ShouldBe(events.Count);
    }

    [TestMethod]
    [DataRow("nmae", "", 0, "did you mean name?")]
    [DataRow("kind,metod", "", 5, "did you mean method?")]
    [DataRow("time", "", 4, "Write time:10s")]
    [DataRow("time:5", "", 5, "Write time:10s")]
    [DataRow("time:0s", "", 5, "Write time:10s")]
    [DataRow("kind:3", "", 4, "only time has")]
    [DataRow("kind,name,method,thread", "", 17, "3 keys at most")]
    [DataRow("kind", "max,cuont", 4, "did you mean count?")]
    [DataRow("", ",", 0, "nothing to count")]
    public void What_is_wrong_in_a_grouping_is_shown_at_its_character(string groupBy, string aggregate, int at, string message)
    {
        Grouping.TryParse(groupBy, aggregate, out _, out var mistake).ShouldBeFalse();
        mistake.At.ShouldBe(at);
        mistake.Message.ShouldContain(message);
    }

    static Grouping Read(string groupBy, string aggregate) => Grouping.TryParse(groupBy, aggregate, out var grouping, out var mistake) ? grouping : throw new AssertFailedException(mistake.ToString());
}
