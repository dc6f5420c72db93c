// The controller of the orders.
using Microsoft.AspNetCore.Mvc;

namespace Scope.Targets.Shop.Orders;

/// <summary>Orders over HTTP.</summary>
[ApiController]
[Route("api")]
public sealed class OrdersController(OrderService orders) : ControllerBase
{
    [HttpGet("orders/{id:int}")]
    public async Task<ActionResult<Order>> Find(int id) => await orders.FindAsync(id) is { } order ? order : NotFound();

    [HttpGet("customers/{id:int}/orders")]
    public async Task<ActionResult<List<Order>>> OfCustomer(int id) => await orders.OfCustomerAsync(id);

    [HttpPost("orders")]
    public async Task<ActionResult<Order>> Take(NewOrder order) => await orders.TakeAsync(order.Customer, order.Product);
}

/// <summary>An order to take.</summary>
public sealed record NewOrder(int Customer, int Product);
