// What is true where not the code is to blame, but what it runs in.
namespace Scope.Diagnose;

static class HostCases
{
    public static readonly Case[] All =
    [
        new("cgroup-throttled", "receipts", ["cgroup-throttling"], ["cgroup", "cpu.cfs_quota_us", "cpu.max", "quota", "Scenes.Receipts.ReceiptSigner.Sign"],
            [new("GET /receipts/{n}", 150, 8)], "a quarter of a processor for work that wants a half; who names the method that spends it is right too") { Cores = 0.25, WarmUpSeconds = 8 },
        new("memory-limit", "product-index", ["memory-limit-near"], ["DOTNET_GCHeapHardLimit", "GCHeapHardLimit", "memory limit", "Scenes.Catalog.ProductIndex._byId", "Scenes.Catalog.ProductIndex"],
            [new("GET /products/{n}", 60, 8)], "52 MB of products under a hard limit of 64 MB; named by the limit, or by what fills it")
            { Arguments = ["--products", "5000"], Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "4000000" } },
        new("noisy-neighbour", "receipts", ["noisy-neighbour"], ["yes"],
            [new("GET /receipts/{n}", 60, 8)], "processes called yes burn all processors beside it") { Burners = 6 },
        new("server-gc-small", "price-list", ["server-gc-mismatch"], ["DOTNET_gcServer", "gcServer", "System.GC.Server", "ServerGarbageCollector", "server gc"],
            [new("POST /price-lists/check", 30, 8)], "server collection where little more than half a processor is to be had")
            {
                Cores = 0.6,
                WarmUpSeconds = 8,
                Environment = new Dictionary<string, string?> { ["DOTNET_gcServer"] = "1", ["DOTNET_GCDynamicAdaptationMode"] = "0", ["DOTNET_PROCESSOR_COUNT"] = "4" },
            },
    ];
}
