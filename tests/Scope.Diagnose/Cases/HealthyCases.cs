// What looks suspicious and is fine: no finding above info is right.
namespace Scope.Diagnose;

static class HealthyCases
{
    public static readonly Case[] All =
    [
        Of("healthy-busy-pool", "small-jobs", [new("GET /jobs/{n}", 100, 16)], "a thousand work items a second, and none waits"),
        Of("healthy-cache-plateau", "country-cache", [new("GET /countries/{n}", 200, 16)], "a cache that fills to its bound in ten seconds and stays there") with { WarmUpSeconds = 11 },
        Of("healthy-planned-exceptions", "coupons", [new("POST /coupons/{n}", 60, 16)], "one coupon in fifty is not valid: an exception, and a 400"),
        Of("healthy-hot-method", "receipts", [new("GET /receipts/{n}", 80, 8)], "signing is what the service is for; cpu-hot-method as an info is in order"),
        Of("healthy-big-heap", "product-index", [new("GET /products/{n}", 40, 8)], "300 MB that are there from the start and do not grow") with { Arguments = ["--products", "30000"] },
        Of("healthy-long-polling", "live-news", [new("GET /updates", 4, 20), new("WS /hub", 2, 10), new("POST /updates/{n}", 0.2)], "polls and hub connections that stay open because nothing is new"),
        Of("healthy-channel", "shipments", [new("POST /shipments/{n}", 30, 16)], "a consumer of a bounded channel and a thread of its own, which mostly wait"),
        Of("healthy-brief-lock", "counters", [new("GET /counts/{n}", 150, 16)], "one lock for all counters, held for nanoseconds"),
        Of("healthy-indexed-reads", "indexed-reads", [new("GET /bookings/{n}", 60, 16)], "one fast query a request") with { Database = true },
    ];

    static Case Of(string name, string scene, LoadLine[] load, string why) => new(name, scene, [], [], load, why);
}
