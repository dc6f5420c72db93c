// The shop's client of its suppliers: plain HTTP and JSON.
using Scope.Targets.Shop.Catalog;

namespace Scope.Targets.Shop.Quotes;

/// <summary>Asks suppliers. Its base address is the supplier that the command line named, or this process.</summary>
public sealed class SupplierClient(HttpClient http)
{
    /// <summary>A supplier's offer.</summary>
    public async Task<Offer> OfferAsync(int supplier, int product) =>
        await http.GetFromJsonAsync<Offer>($"/supplier/{supplier}/offer/{product}") ?? throw new InvalidDataException($"supplier {supplier} answered with nothing");

    /// <summary>Has a supplier confirm a payment.</summary>
    public async Task<string> ConfirmAsync(int payment) => await http.GetStringAsync($"/supplier/{payment}/confirm");
}
