// Discounts by rule.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Pricing;

public sealed class DiscountEngine(ILogger<DiscountEngine> log)
{
    public int Apply(int cart)
    {
        int cents = 0;
        for (int rule = 0; rule < 150; rule++)
        {
            log.LogInformation("cart {Cart}: rule {Rule} looked at, {Cents} so far", cart, rule, cents);
            cents += (cart + rule) % 3;
        }
        return cents;
    }
}

[ApiController]
[Route("discounts")]
public sealed class DiscountsController(DiscountEngine engine) : ControllerBase
{
    [HttpGet("{cart:int}")]
    public ActionResult<int> For(int cart) => engine.Apply(cart);
}
