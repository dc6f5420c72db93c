// The controller of the payments.
using Microsoft.AspNetCore.Mvc;

namespace Scope.Targets.Shop.Payments;

/// <summary>Payments over HTTP.</summary>
[ApiController]
[Route("api/payments")]
public sealed class PaymentsController(PaymentGateway gateway) : ControllerBase
{
    [HttpPost]
    public async Task<ActionResult<Receipt>> Pay(Payment payment) => new Receipt(payment.Id, await gateway.PayAsync(payment.Id));
}

/// <summary>A payment to make.</summary>
public sealed record Payment(int Id, long Cents);

/// <summary>A payment that was made.</summary>
public sealed record Receipt(int Id, string Text);
