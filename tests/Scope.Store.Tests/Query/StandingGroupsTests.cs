// A view that is kept says the same as one that is counted anew, and looks at each event once.
using Scope.Events;
using Scope.Store.Contract;
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Store.Tests.Query;

[TestClass]
public sealed class StandingGroupsTests
{
    [TestMethod]
    public void Each_view_says_after_each_part_what_a_count_from_the_beginning_says()
    {
        var random = new RandomEvents(21);
        var events = random.Events(6000);
        var index = new HotIndex(random.Catalog, new());
        var kept = StandingView.All.Select(view => new StandingGroups(index, view)).ToArray();
        for (var part = 0; part < 6; part++)
        {
            foreach (var e in events.Skip(part * 1000).Take(1000)) index.Append(e);
            for (var i = 0; i < kept.Length; i++)
            {
                var (view, table) = (StandingView.All[i], kept[i].Table(20));
                kept[i].Seen.ShouldBe(index.CountOf(view.Query), view.Name);
                var anew = new StandingGroups(index, view).Table(20);
                // What a route is comes to be known as requests come; all else must be the same to the digit.
                if (!view.GroupBy.Contains("route")) table.Rows.Select(Told).ShouldBe(anew.Rows.Select(Told), view.Name);
                table.Events.ShouldBe(anew.Events, view.Name);
            }
        }
    }

    [TestMethod]
    public void The_slowest_flow_is_kept_however_many_come_before_and_after()
    {
        var index = new HotIndex(new(), new());
        var slowest = new StandingGroups(index, StandingView.Find("slowest")!);
        const int flows = 40_000;
        for (var i = 1; i <= flows; i++)
        {
            index.Append(new() { Time = new(i), Kind = EventKind.Request, Flow = new(i), Value = i is 9 or 30_000 ? 1_000_000 + i : i % 1000 });
            if (i % 5000 == 0) slowest.Table(1);
        }
        var table = slowest.Table(2);
        table.Rows.Select(row => row.Keys![0]).ShouldBe(["#30000", "#9"]);
        table.Events.ShouldBe(flows);
        table.Groups.ShouldBeLessThanOrEqualTo(Limits.QueryGroups);
    }

    static string Told(GroupRow row) => $"{string.Join('|', row.Keys!)} {string.Join(' ', row.Numbers)}";
}
