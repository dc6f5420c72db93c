// What the shop sells. The assortment is made from a seed, so that every run serves the same bytes.
namespace Scope.Targets.Shop.Catalog;

/// <summary>A product.</summary>
public sealed record Product(int Id, string Name, long Cents, bool SoldOut, string[] Tags);

/// <summary>An offer of a supplier.</summary>
public sealed record Offer(int Supplier, int Product, long Cents);
