// The shop's routes; those of controllers stand at the controllers.
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Scope.Targets.Shop.Carts;
using Scope.Targets.Shop.Catalog;
using Scope.Targets.Shop.Checkout;
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Live;
using Scope.Targets.Shop.Protocols;
using Scope.Targets.Shop.Quotes;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop;

/// <summary>Maps URLs to the services behind them.</summary>
public static class ShopRoutes
{
    const int OfferMillis = 30; // What a supplier thinks about an offer,
    const int ConfirmMillis = 150; // and the bank about a payment.
    const int CartBytes = 64 * 1024;

    /// <summary>Maps everything.</summary>
    public static void Map(WebApplication app, ShopOptions options)
    {
        app.MapGet("/ping", () => "pong");
        app.MapGet("/products/{id:int}", (int id, ProductCatalog catalog) => catalog.Find(id));
        app.MapGet("/products", (int from, ProductCatalog catalog) => catalog.Page(from));
        app.MapGet("/price/{product:int}", (int product, int? quantity, PriceCalculator prices) => prices.Total(product, quantity ?? 1));
        app.MapGet("/quotes/{product:int}", (int product, QuoteService quotes) => quotes.BestAsync(product));
        app.MapPost("/carts", ReadCartAsync);
        app.MapPost("/checkout/{number:int}", (int number, string channel, Till till) => till.PayAsync(number, channel));
        app.MapHub<OrderHub>("/live");
        app.MapPost("/scope.shop.Quotes/GetQuote", (HttpContext context, GrpcQuotes quotes) => quotes.ServeAsync(context));
        app.MapControllers();
        MapSupplier(app);
        MapFaults(app);
        if (options.TruthFile is not null)
            MapTruth(app);
#if NET10_0_OR_GREATER
        if (options.Postgres is not null)
            Orders.DatabaseParts.Map(app);
#endif
    }

    static async Task<List<CartLine>> ReadCartAsync(HttpRequest request, CartParser parser)
    {
        using var text = new StreamReader(request.Body);
        var buffer = new char[CartBytes];
        int length = await text.ReadBlockAsync(buffer);
        return parser.Parse(new string(buffer, 0, length));
    }

    static void MapSupplier(WebApplication app)
    {
        app.MapGet("/supplier/{supplier:int}/offer/{product:int}", async (int supplier, int product, ProductCatalog catalog) =>
        {
            await Task.Delay(OfferMillis);
            return new Offer(supplier, product, catalog.At(product).Cents + supplier * 7 % 13);
        });
        app.MapGet("/supplier/{payment:int}/confirm", async (int payment) =>
        {
            await Task.Delay(ConfirmMillis);
            return $"confirmed {payment}";
        });
    }

    static void MapFaults(WebApplication app)
    {
        app.MapGet("/faults", (FaultSwitches faults) => faults.On);
        app.MapPost("/faults/{name}", (string name, FaultSwitches faults) => Turn(name, faults, on: true));
        app.MapDelete("/faults/{name}", (string name, FaultSwitches faults) => Turn(name, faults, on: false));
        app.MapGet("/served", (ServedCounts counts) => counts.Summary);
        app.MapGet("/served/count", (ServedCounts counts) => counts.Summary.Served);
        app.MapGet("/allocated", () => GC.GetTotalAllocatedBytes(precise: true));
    }

    static void MapTruth(WebApplication app)
    {
        app.MapGet("/truth/exceptions", (TruthHops hops, TruthWork work) => hops.RunAsync(work.Throw));
        app.MapGet("/truth/burns", (TruthHops hops, TruthWork work) => hops.RunAsync(work.Burn));
    }

    static IResult Turn(string name, FaultSwitches faults, bool on)
    {
        if (FaultTable.Find(name) is not { } fault)
            return Results.NotFound($"no fault is called {name}");
        faults.Turn(fault, on);
        return Results.Ok(faults.On);
    }
}

/// <summary>Leaves out the controllers that need a database.</summary>
public sealed class WithoutDatabase : IApplicationModelConvention
{
    /// <inheritdoc/>
    public void Apply(ApplicationModel application)
    {
        foreach (var controller in application.Controllers.Where(controller => controller.ControllerType.Namespace!.EndsWith(".Orders", StringComparison.Ordinal)).ToArray())
            application.Controllers.Remove(controller);
    }
}
