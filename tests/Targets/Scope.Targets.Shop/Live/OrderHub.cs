// The live feed: SignalR clients call the hub, and hear what the workers announce.
using Microsoft.AspNetCore.SignalR;
using Scope.Targets.Shop.Catalog;

namespace Scope.Targets.Shop.Live;

/// <summary>What clients can call.</summary>
public sealed class OrderHub(PriceCalculator prices) : Hub
{
    /// <summary>The price of a product, asked over the live connection.</summary>
    public long Price(int product, int quantity) => prices.Total(product, quantity);
}

/// <summary>Tells every client.</summary>
public sealed class OrderFeed(IHubContext<OrderHub> hub)
{
    /// <summary>Announces a piece of news.</summary>
    public Task AnnounceAsync(string news) => hub.Clients.All.SendAsync("news", news);
}
