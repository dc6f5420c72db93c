// Works through the orders that came in.
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Orders;

public sealed record OrderLine(int Product, int Quantity, int Cents);

public sealed class OrderQueue
{
    public BlockingCollection<OrderLine> Lines { get; } = [];
}

public sealed class OrderWorker(OrderQueue queue) : BackgroundService
{
    long _sum;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        new Thread(Run) { IsBackground = true, Name = "orders" }.Start();
        return Task.CompletedTask;
    }

    void Run()
    {
        foreach (var line in queue.Lines.GetConsumingEnumerable())
            _sum += UnitPrice(line);
    }

    static int UnitPrice(OrderLine line) => line.Cents / line.Quantity;
}

[ApiController]
[Route("orders")]
public sealed class OrdersController(OrderQueue queue) : ControllerBase
{
    [HttpPost("{product:int}/{quantity:int}")]
    public AcceptedResult Place(int product, int quantity)
    {
        queue.Lines.Add(new OrderLine(product, quantity, 990));
        return Accepted();
    }
}
