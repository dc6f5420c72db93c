// Probes in all methods of what serves a shop's requests, some hundred at a time: its web server, its JSON, its database. It serves
// the same, and as surely, as without.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Benchmarks;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Soak;

sealed class ServingSoak(TargetProcess shop, NativeProbes probes, List<string> unprobed)
{
    const int MethodsAtATime = 500, Rate = 100;
    const string Mix = "product,products,price,order,orders,balance,search", Shop = "tests/Targets/Scope.Targets.Shop";
    const ProbeFlags Timing = ProbeFlags.Enter | ProbeFlags.Leave | ProbeFlags.Exception;

    static readonly string[] Paths = ["/products/7", "/products?from=3", "/price/3?quantity=4", "/api/orders/5", "/api/customers/3/orders", "/customers/3/balance", "/search?product=4"];
    static readonly string[] Framework = ["Microsoft.AspNetCore.App/Microsoft.AspNetCore.Server.Kestrel.Core", "Microsoft.AspNetCore.App/Microsoft.AspNetCore.Routing", "Microsoft.NETCore.App/System.Text.Json"];
    static readonly string[] Packages = ["Npgsql", "Microsoft.EntityFrameworkCore", "Microsoft.EntityFrameworkCore.Relational", "Npgsql.EntityFrameworkCore.PostgreSQL"];

    uint _next = 1;
    long _probed, _called, _refused, _asked, _different;

    public static async Task<List<BenchmarkRow>> RowsAsync(TimeSpan duration, Action<string> tell)
    {
        await using var server = await PostgresServer.StartAsync();
        await using var shop = await TargetProcess.StartAsync("Shop", "--postgres", server.ConnectionString);
        var unprobed = await AnswersAsync(shop);
        await using var load = Load.Start(shop, Mix, requests: 10_000_000, Rate);
        using var probes = (await NativeProbes.AttachAsync(DiagnosticPort.Of(shop.Id))).Value;
        var soak = new ServingSoak(shop, probes, unprobed);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < duration || soak._probed == 0;)
            foreach (var methods in Framework.Select(MethodTokens.OfRuntime).Concat(Packages.Select(p => new MethodTokens(Path.Combine(Path.GetDirectoryName(Checkout.Program(Shop))!, p + ".dll")))))
                using (methods)
                {
                    tell($"{Path.GetFileNameWithoutExtension(methods.Path)} serves with probes");
                    await soak.ProbeAsync(methods);
                }
        var served = await load.StopAsync();
        return soak.Report(served);
    }

    async Task ProbeAsync(MethodTokens methods)
    {
        foreach (var some in methods.All.Chunk(MethodsAtATime))
        {
            ProbeOrder[] orders = [.. some.Select(m => new ProbeOrder(_next++, methods.Module, m.Token, Timing))];
            if (await probes.ArmAsync(orders) is { } refused) throw new InvalidOperationException(refused.Message);
            for (var round = 0; round < 2; round++)
            {
                var answers = await AnswersAsync(shop);
                _asked += answers.Count;
                _different += answers.Zip(unprobed).Count(pair => pair.First != pair.Second);
                probes.Beat();
                probes.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
            }
            _probed += orders.Length;
            _called += orders.Count(o => probes[o.Probe].Hits > 0);
            _refused += orders.Count(o => probes[o.Probe] is { State: (uint)ProbeState.Refused } status && status.Result != NativeRefusal.NoIl);
            await probes.DisarmAllAsync();
        }
    }

    List<BenchmarkRow> Report(LoadResult served) =>
    [
        BenchmarkRow.Alone("methods of Kestrel, routing, System.Text.Json, Npgsql and EF Core that were probed while a shop served", "thousands", _probed, "", _probed > 10_000),
        BenchmarkRow.Alone("of these called meanwhile", "many", _called, "", _called > 500),
        BenchmarkRow.Alone("of these refused", "few", _refused, "", null),
        BenchmarkRow.Alone("answers that were compared with those without probes", "", _asked, "", null),
        BenchmarkRow.Alone("of these different", "none", _different, "", _different == 0),
        BenchmarkRow.Alone("requests served under it, and of these failed", "none", served.Failed, $"of {served.Ok + served.Failed:N0}", served.Failed == 0),
    ];

    static async Task<List<string>> AnswersAsync(TargetProcess shop)
    {
        var answers = new List<string>();
        foreach (var path in Paths) answers.Add(await shop.Client.GetStringAsync(path));
        return answers;
    }
}
