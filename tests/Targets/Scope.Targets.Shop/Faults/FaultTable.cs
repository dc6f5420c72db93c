// Every planted fault in one table, which the shop, the tests and --list-faults read: so that the name of a culprit
// stands in one place, and a test checks by reflection that each method named here is there.
using System.Text.Json;

namespace Scope.Targets.Shop.Faults;

/// <summary>The faults that there are.</summary>
public static class FaultTable
{
    const string Shop = "Scope.Targets.Shop.";

    public static readonly Fault SequentialCalls = new("sequential-calls", "slow-requests", Shop + "Quotes.QuoteService.CollectOneByOneAsync", "GET /quotes/{product}", false,
        "asks eight suppliers one after the other instead of at once");

    public static readonly Fault SlowSql = new("slow-sql", "slow-sql", Shop + "Orders.BalanceQuery.SumSlowlyAsync", "GET /customers/{id}/balance", true,
        "a statement that takes 300 ms in the database (a sleep stands for a missing index)");

    public static readonly Fault CrossJoin = new("cross-join", "slow-sql", Shop + "Orders.ProductSearch.FindWithoutJoinConditionAsync", "GET /search", true,
        "a join without its condition: the database reads every pair");

    public static readonly Fault NPlusOne = new("n-plus-one", "n-plus-one-queries", Shop + "Orders.OrderService.LoadOneByOneAsync", "GET /api/customers/{id}/orders", true,
        "one query for the orders and one more for the lines of each");

    public static readonly Fault ExceptionStorm = new("exception-storm", "exception-storm", Shop + "Carts.CartParser.ParseQuantity", "POST /carts", false,
        "parses by catching: every malformed line throws and is swallowed");

    public static readonly Fault FailingRequests = new("failing-requests", "exception-storm", Shop + "Catalog.ProductCatalog.FindOrThrow", "GET /products/{id}", false,
        "a product that is sold out throws, and the request fails with 500");

    public static readonly Fault GcPressure = new("gc-pressure", "gc-pressure", Shop + "Reporting.ReportBuilder.RenderByConcatenation", "GET /api/reports/daily", false,
        "builds a report by string concatenation and copies it into new arrays");

    public static readonly Fault LockContention = new("lock-contention", "lock-contention", Shop + "Stock.StockLedger.ReserveAndAudit", "POST /api/stock/{product}/reserve", false,
        "writes the audit record, which takes 15 ms, while it holds the ledger's lock");

    public static readonly Fault PoolStarvation = new("pool-starvation", "thread-pool-starvation", Shop + "Payments.PaymentGateway.Charge", "POST /api/payments", false,
        "waits for an asynchronous call with .Result");

    public static readonly Fault HotMethod = new("hot-method", "cpu-hot-method", Shop + "Catalog.PriceCalculator.ApplyEveryRule", "GET /price/{product}", false,
        "compares every discount rule with every other for each price");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Fault> All { get; } =
    [
        SequentialCalls, SlowSql, CrossJoin, NPlusOne, ExceptionStorm, FailingRequests, GcPressure, LockContention, PoolStarvation, HotMethod,
    ];

    static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The fault of a name, or null.</summary>
    public static Fault? Find(string name) => All.FirstOrDefault(fault => fault.Name == name);

    /// <summary>The table as text or as JSON.</summary>
    public static string Print(bool json) => json
        ? JsonSerializer.Serialize(All, Camel)
        : string.Join('\n', All.Select(fault => $"{fault.Name,-18} {fault.Cause,-24} {fault.Culprit}\n{"",18} {fault.Description}"));
}
