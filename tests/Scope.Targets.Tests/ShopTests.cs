// The sample shop does what the tests of Scope lean on: it serves every route, counts what it serves, hurts where a fault
// is switched on, and tells the truth about its spans.
using System.Net;
using System.Text.Json;
using Scope.Targets.Shop.Faults;
using Scope.Testing;

namespace Scope.Targets.Tests;

[TestClass]
public sealed class ShopTests
{
    static PostgresServer s_postgres = null!;

    [ClassInitialize]
    public static async Task StartPostgresAsync(TestContext _) => s_postgres = await PostgresServer.StartAsync();

    [ClassCleanup]
    public static async Task StopPostgresAsync() => await s_postgres.DisposeAsync();

    [TestMethod]
    public async Task Every_request_of_the_shop_mix_is_served_and_counted()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--postgres", s_postgres.ConnectionString, "--supplier", "http://127.0.0.1:1");
        await using var load = Load.Start(shop, "ping,product,price,reserve,cart,report,order,orders,new-order,balance,search,grpc", requests: 240);
        var sent = await load.EndAsync();
        sent.FirstFailure.ShouldBeNull();
        sent.Ok.ShouldBe(240);

        // Without a supplier of its own, the shop served the load's requests and no other.
        using var served = JsonDocument.Parse((await shop.StopAsync()).Output.Split('\n')[^1]);
        served.RootElement.GetProperty("ok").GetInt64().ShouldBe(240);
        served.RootElement.GetProperty("served").GetInt64().ShouldBe(240);
    }

    [TestMethod]
    public async Task Without_a_database_its_routes_are_not_there_and_the_others_serve()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        (await shop.Client.GetAsync("/api/orders/1")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await using var load = Load.Start(shop, "memory", requests: 220);
        var sent = await load.EndAsync();
        sent.FirstFailure.ShouldBeNull();
        sent.Ok.ShouldBe(220);
    }

    [TestMethod]
    public async Task A_fault_is_switched_on_and_off_while_it_serves()
    {
        await using var shop = await TargetProcess.StartAsync("Shop", "--no-db");
        (await shop.Client.GetAsync("/products/2")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.Client.PostAsync($"/faults/{FaultTable.FailingRequests.Name}", null)).EnsureSuccessStatusCode();
        (await shop.Client.GetAsync("/products/2")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await shop.Client.DeleteAsync($"/faults/{FaultTable.FailingRequests.Name}")).EnsureSuccessStatusCode();
        (await shop.Client.GetAsync("/products/2")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shop.Client.PostAsync("/faults/no-such", null)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [TestMethod]
    public async Task Every_fault_can_be_on_and_its_route_still_answers()
    {
        string[] all = FaultTable.All.SelectMany(fault => new[] { "--fault", fault.Name }).ToArray();
        await using var shop = await TargetProcess.StartAsync("Shop", ["--postgres", s_postgres.ConnectionString, .. all]);
        foreach (var fault in FaultTable.All.Except([FaultTable.FailingRequests]))
        {
            await using var load = Load.Start(shop, fault.Name, requests: 8, concurrency: 2);
            (await load.EndAsync()).FirstFailure.ShouldBeNull(fault.Name);
        }
    }

    [TestMethod]
    public async Task A_truth_run_names_the_span_of_each_exception_statement_and_burn()
    {
        using var folder = new TemporaryFolder();
        await using (var shop = await TargetProcess.StartAsync("Shop", "--postgres", s_postgres.ConnectionString, "--truth", folder["truth.jsonl"]))
        {
            await using var load = Load.Start(shop, "truth-db", requests: 18, concurrency: 3);
            (await load.EndAsync()).FirstFailure.ShouldBeNull();
            await shop.StopAsync();
        }
        var records = File.ReadLines(folder["truth.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        foreach (string kind in (string[])["exception", "sql", "burn"])
            records.Count(record => record.GetProperty("kind").GetString() == kind).ShouldBeGreaterThanOrEqualTo(10, kind);
        // What the shop asks its database while it starts belongs to no span, and comes first.
        var work = records.SkipLast(1).SkipWhile(record => record.GetProperty("span").GetString() == "none").ToArray();
        work.ShouldAllBe(record => record.GetProperty("span").GetString()!.Length == 16 && record.GetProperty("thread").GetInt32() > 0);
        records.Last().GetProperty("kind").GetString().ShouldBe("served");
    }
}
