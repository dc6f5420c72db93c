// A background worker: looks at the shelves in its own activity, again and again, outside any request.
using System.Diagnostics;
using Scope.Targets.Shop.Catalog;

namespace Scope.Targets.Shop.Stock;

/// <summary>Looks for products that run out.</summary>
public sealed class RestockWorker(ProductCatalog catalog, Live.OrderFeed feed, ILogger<RestockWorker> log) : BackgroundService
{
    static readonly ActivitySource Source = new("Scope.Targets.Shop");

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        int round = 0;
        while (await timer.WaitForNextTickAsync(stopping))
        {
            using var activity = Source.StartActivity("restock");
            int soldOut = catalog.Page(round++ * 20).Count(product => product.SoldOut);
            activity?.SetTag("shop.sold_out", soldOut);
            log.LogInformation("round {Round}: {SoldOut} products to restock", round, soldOut);
            await feed.AnnounceAsync($"restocked {soldOut}");
        }
    }
}
