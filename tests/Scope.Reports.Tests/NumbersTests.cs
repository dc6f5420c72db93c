// The numbers of the report against counts made in the plainest way.
using System.Text.Json;
using Scope.Events;
using Scope.Insight;
using Scope.Store;
using Scope.Store.Hot;

namespace Scope.Reports.Tests;

[TestClass]
public sealed class NumbersTests
{
    static readonly HotIndex History = ReportFile.ServiceHistory();
    static readonly List<StoredEvent> All = History.List(EventQuery.All);
    static readonly JsonElement Data = ReadData();

    [TestMethod]
    public void Requests_and_errors_are_all_there_in_the_sum_and_in_the_buckets()
    {
        var requests = Of(EventKind.Request).ToList();
        var part = Data.GetProperty("requests");
        part.GetProperty("count").GetInt64().ShouldBe(requests.Count);
        part.GetProperty("errors").GetInt64().ShouldBe(requests.Count(e => (e.Flags & EventFlags.Error) != 0));
        part.GetProperty("max").GetInt64().ShouldBe(requests.Max(e => e.Value));
        Sum(Data.GetProperty("timeline").GetProperty("requests")).ShouldBe(requests.Count);
        part.GetProperty("routes").EnumerateArray().Sum(r => r.GetProperty("count").GetInt64()).ShouldBe(requests.Count);
    }

    [TestMethod]
    public void Requests_that_never_ended_are_told_with_their_age()
    {
        var open = Data.GetProperty("open");
        open.GetProperty("count").GetInt32().ShouldBe(3);
        open.GetProperty("name").EnumerateArray().Select(Text).ShouldBe(["GET /api/orders/7000", "GET /api/orders/7001", "GET /api/orders/7002"]);
        var begun = Of(EventKind.RequestStart).Min(e => e.Time);
        open.GetProperty("age")[0].GetInt64().ShouldBe(History.Last - begun);
    }

    [TestMethod]
    public void The_99th_percentile_of_a_route_is_right_to_two_percent()
    {
        foreach (var route in Data.GetProperty("requests").GetProperty("routes").EnumerateArray())
        {
            var name = Data.GetProperty("texts")[route.GetProperty("name").GetInt32()].GetString();
            var sorted = Of(EventKind.Request).Where(e => History.Catalog.Names[e.Name] == name).Select(e => e.Value).Order().ToList();
            var exact = sorted[(int)Math.Ceiling(0.99 * sorted.Count) - 1];
            route.GetProperty("p99").GetInt64().ShouldBeInRange((long)(exact * 0.98), (long)(exact * 1.02) + 1000);
        }
    }

    [TestMethod]
    public void Statements_are_grouped_by_text_with_their_counts_and_totals()
    {
        var groups = Data.GetProperty("calls").GetProperty("groups").EnumerateArray().Where(g => g.GetProperty("kind").GetInt32() == (int)EventKind.Sql).ToList();
        var plain = Of(EventKind.Sql).GroupBy(e => History.Catalog.Names[e.Name]).ToDictionary(g => g.Key, g => (Count: g.LongCount(), Total: g.Sum(e => e.Value)));
        groups.Count.ShouldBe(plain.Count);
        foreach (var group in groups)
        {
            var expected = plain[Data.GetProperty("texts")[group.GetProperty("text").GetInt32()].GetString()!];
            group.GetProperty("count").GetInt64().ShouldBe(expected.Count);
            group.GetProperty("total").GetInt64().ShouldBe(expected.Total);
        }
    }

    [TestMethod]
    public void Exceptions_are_grouped_by_type_and_the_application_s_first_frame()
    {
        var groups = Data.GetProperty("exceptions").GetProperty("groups").EnumerateArray().ToDictionary(g => Text(g.GetProperty("type")), g => g);
        groups["System.InvalidOperationException"].GetProperty("count").GetInt64().ShouldBe(Of(EventKind.ExceptionThrown).Count(e => History.Catalog.Names[e.Name] == "System.InvalidOperationException"));
        Frame(groups["System.InvalidOperationException"].GetProperty("site")).ShouldBe("Shop.Domain.Orders.OrderRules.Check");
        Frame(groups["System.Net.Http.HttpRequestException"].GetProperty("site")).ShouldBe("Shop.Api.Payments.PaymentClient.Charge");
    }

    [TestMethod]
    public void Collections_meet_their_pauses_and_heaps()
    {
        var gc = Data.GetProperty("gc");
        var starts = Of(EventKind.GcStart).ToList();
        gc.GetProperty("count").GetInt64().ShouldBe(starts.Count);
        gc.GetProperty("number").EnumerateArray().Select(n => n.GetInt64()).ShouldBe(starts.Select(e => e.Value));
        Sum(gc.GetProperty("pause")).ShouldBe(Of(EventKind.GcPause).Sum(e => e.Value));
        gc.GetProperty("heap").EnumerateArray().Select(n => n.GetInt64()).ShouldBe(Of(EventKind.GcHeap).Select(e => e.Value));
    }

    [TestMethod]
    public void Every_sample_is_in_the_flame_graph_once()
    {
        var flame = Data.GetProperty("flame");
        var samples = Of(EventKind.CpuSample).ToList();
        flame.GetProperty("onCpuSamples").GetInt64().ShouldBe(samples.Count(e => (e.Flags & EventFlags.OnCpu) != 0));
        Sum(flame.GetProperty("selfOnCpu")).ShouldBe(flame.GetProperty("onCpuSamples").GetInt64());
        Sum(flame.GetProperty("selfWaiting")).ShouldBe(samples.Count - flame.GetProperty("onCpuSamples").GetInt64());
        var (parents, onCpu, self) = (Longs(flame.GetProperty("parent")), Longs(flame.GetProperty("onCpu")), Longs(flame.GetProperty("selfOnCpu")));
        for (var i = 0; i < parents.Length; i++)
            onCpu[i].ShouldBe(self[i] + Enumerable.Range(0, parents.Length).Where(c => parents[c] == i).Sum(c => onCpu[c]));
    }

    [TestMethod]
    public void Locks_tell_who_waited_and_who_held()
    {
        var group = Data.GetProperty("locks").GetProperty("groups").EnumerateArray().ShouldHaveSingleItem();
        group.GetProperty("total").GetInt64().ShouldBe(Of(EventKind.Contention).Sum(e => e.Value));
        Frame(group.GetProperty("site")).ShouldBe("Shop.Domain.Pricing.PriceTable.Find");
        Longs(group.GetProperty("owners"))[1].ShouldBe(group.GetProperty("total").GetInt64());
    }

    [TestMethod]
    public void The_slowest_flows_are_whole()
    {
        var slowest = Of(EventKind.Request).OrderByDescending(e => e.Value).First().Flow;
        Longs(Data.GetProperty("flows").GetProperty("ids"))[0].ShouldBe(slowest.Value);
        Longs(Data.GetProperty("events").GetProperty("flow")).LongCount(f => f == slowest.Value).ShouldBe(All.LongCount(e => e.Event.Flow == slowest));
    }

    [TestMethod]
    public void The_ledger_says_on_what_share_it_rests()
    {
        var ledger = Data.GetProperty("ledger");
        ledger.GetProperty("lost").GetInt64().ShouldBe(1200);
        ledger.GetProperty("share").GetDouble().ShouldBe(History.Ledger.Share, 1e-9);
    }

    [TestMethod]
    public void A_window_of_the_history_counts_only_what_is_in_it()
    {
        var (from, to) = (History.First + 5_000_000_000, History.First + 10_000_000_000);
        using var report = ReportFile.Of(History, new Diagnosis(from, to, []));
        report.Data.GetProperty("requests").GetProperty("count").GetInt64().ShouldBe(Of(EventKind.Request).Count(e => e.Time >= from && e.Time <= to));
    }

    static IEnumerable<ScopeEvent> Of(EventKind kind) => All.Where(e => e.Event.Kind == kind).Select(e => e.Event);

    static long[] Longs(JsonElement column) => [.. column.EnumerateArray().Select(n => n.GetInt64())];

    static long Sum(JsonElement column) => Longs(column).Sum();

    static string Text(JsonElement place) => Data.GetProperty("texts")[place.GetInt32()].GetString()!;

    static string Frame(JsonElement place) => Text(Data.GetProperty("frames").GetProperty("name")[place.GetInt32()]);

    static JsonElement ReadData()
    {
        using var report = ReportFile.Of(History, SyntheticService.Diagnose(History));
        return report.Data;
    }
}
