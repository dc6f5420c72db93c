// The assortment, in memory.
using Scope.Targets.Shop.Faults;
using Scope.Targets.Shop.Truth;

namespace Scope.Targets.Shop.Catalog;

/// <summary>Finds products.</summary>
public sealed class ProductCatalog(FaultSwitches faults, TruthLog truth)
{
    const int Count = 500;

    readonly Product[] _products = Enumerable.Range(0, Count).Select(Make).ToArray();

    /// <summary>The product of an id; ids beyond the assortment begin again.</summary>
    public Product Find(int id) => faults.IsOn(FaultTable.FailingRequests) ? FindOrThrow(id) : At(id);

    /// <summary>The product of an id, sold out or not.</summary>
    public Product At(int id) => _products[id % Count];

    /// <summary>A page of products that begins at an id.</summary>
    public Product[] Page(int id) => Enumerable.Range(id, 20).Select(each => _products[each % Count]).ToArray();

    /// <summary>The fault: being sold out is an everyday answer, not an exception.</summary>
    Product FindOrThrow(int id)
    {
        var product = At(id);
        if (product.SoldOut || id % 2 == 0)
            throw new InvalidOperationException(truth.Stamp($"product {product.Id} is sold out"));
        return product;
    }

    static Product Make(int id)
    {
        var random = new Random(id);
        return new Product(id, $"Product {id}", random.Next(100, 100_000), random.Next(10) == 0, ["new", "sale", $"shelf-{id % 17}"]);
    }
}
