// The best offer of all suppliers.
using Scope.Targets.Shop.Catalog;
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop.Quotes;

/// <summary>Collects offers.</summary>
public sealed class QuoteService(SupplierClient suppliers, FaultSwitches faults, ILogger<QuoteService> log)
{
    const int Suppliers = 8;

    /// <summary>The cheapest offer for a product.</summary>
    public async Task<Offer> BestAsync(int product)
    {
        var offers = faults.IsOn(FaultTable.SequentialCalls) ? await CollectOneByOneAsync(product) : await CollectAtOnceAsync(product);
        var best = offers.MinBy(offer => offer.Cents)!;
        log.LogInformation("best offer for {Product} is {Cents} cents by {Supplier}", product, best.Cents, best.Supplier);
        return best;
    }

    async Task<IReadOnlyList<Offer>> CollectAtOnceAsync(int product) =>
        await Task.WhenAll(Enumerable.Range(0, Suppliers).Select(supplier => suppliers.OfferAsync(supplier, product)));

    /// <summary>The fault: the answers do not depend on each other, yet each call waits for the one before.</summary>
    async Task<IReadOnlyList<Offer>> CollectOneByOneAsync(int product)
    {
        var offers = new List<Offer>();
        for (int supplier = 0; supplier < Suppliers; supplier++)
            offers.Add(await suppliers.OfferAsync(supplier, product));
        return offers;
    }
}
