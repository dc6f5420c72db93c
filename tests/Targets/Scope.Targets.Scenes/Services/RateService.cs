// Shipping rates, from the carrier's API.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Shipping;

public sealed class CarrierClient(HttpClient http)
{
    public async Task<decimal> QuoteAsync(int parcel) => decimal.Parse(await http.GetStringAsync($"/rates/{parcel}"));
}

public interface IRateService
{
    decimal GetRate(int parcel);
}

public sealed class RateService(CarrierClient carrier) : IRateService
{
    public decimal GetRate(int parcel)
    {
        decimal quote = carrier.QuoteAsync(parcel).Result;
        return quote * 1.19m;
    }
}

[ApiController]
[Route("shipping")]
public sealed class ShippingController(IRateService rates) : ControllerBase
{
    [HttpGet("rate/{parcel:int}")]
    public ActionResult<decimal> Rate(int parcel) => rates.GetRate(parcel);
}
