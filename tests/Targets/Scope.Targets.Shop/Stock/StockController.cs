// The controller of the stock.
using Microsoft.AspNetCore.Mvc;

namespace Scope.Targets.Shop.Stock;

/// <summary>Stock over HTTP.</summary>
[ApiController]
[Route("api/stock")]
public sealed class StockController(StockLedger ledger) : ControllerBase
{
    [HttpPost("{product:int}/reserve")]
    public ActionResult<Reservation> Reserve(int product) => new Reservation(product, ledger.Reserve(product));
}

/// <summary>How many pieces of a product are reserved.</summary>
public sealed record Reservation(int Product, int Pieces);
