// What a customer pays: the list price less the discounts that apply.
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop.Catalog;

/// <summary>A discount rule: from a quantity on, so many per mille off.</summary>
public readonly record struct DiscountRule(int Group, int FromQuantity, int PerMille);

/// <summary>Computes prices.</summary>
public sealed class PriceCalculator(ProductCatalog catalog, FaultSwitches faults)
{
    const int Groups = 40;

    readonly DiscountRule[] _rules = Enumerable.Range(0, 1_600).Select(i => new DiscountRule(i % Groups, i % 97, i % 250)).ToArray();

    /// <summary>The price of a quantity of a product, in cents.</summary>
    public long Total(int id, int quantity)
    {
        var product = catalog.At(id);
        int perMille = faults.IsOn(FaultTable.HotMethod) ? ApplyEveryRule(id % Groups, quantity) : ApplyGroup(id % Groups, quantity);
        return product.Cents * quantity * (1000 - perMille) / 1000;
    }

    int ApplyGroup(int group, int quantity)
    {
        int best = 0;
        for (int i = group; i < _rules.Length; i += Groups)
            if (_rules[i].FromQuantity <= quantity && _rules[i].PerMille > best)
                best = _rules[i].PerMille;
        return best;
    }

    /// <summary>The fault: a rule counts where no other rule of its group beats it, found by comparing every pair.</summary>
    int ApplyEveryRule(int group, int quantity)
    {
        int best = 0;
        foreach (var rule in _rules)
        {
            bool beaten = false;
            foreach (var other in _rules)
                beaten |= other.Group == rule.Group && other.FromQuantity <= quantity && other.PerMille > rule.PerMille;
            if (!beaten && rule.Group == group && rule.FromQuantity <= quantity)
                best = rule.PerMille;
        }
        return best;
    }
}
