// Orders, by EF Core.
using Microsoft.EntityFrameworkCore;
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop.Orders;

/// <summary>Reads and writes orders.</summary>
public sealed class OrderService(ShopDatabase database, FaultSwitches faults, ILogger<OrderService> log)
{
    /// <summary>An order with its lines, or null.</summary>
    public Task<Order?> FindAsync(int id) => database.Orders.AsNoTracking().Include(order => order.Lines).FirstOrDefaultAsync(order => order.Id == id);

    /// <summary>A customer's first orders with their lines.</summary>
    public Task<List<Order>> OfCustomerAsync(int customer) => faults.IsOn(FaultTable.NPlusOne) ? LoadOneByOneAsync(customer) : LoadAtOnceAsync(customer);

    /// <summary>Takes an order.</summary>
    public async Task<Order> TakeAsync(int customer, int product)
    {
        var order = new Order { CustomerId = customer, Cents = product * 100L, Lines = [new OrderLine { Product = product, Quantity = 1 }] };
        database.Orders.Add(order);
        await database.SaveChangesAsync();
        log.LogInformation("order {Order} taken for customer {Customer}", order.Id, customer);
        return order;
    }

    Task<List<Order>> LoadAtOnceAsync(int customer) => FirstOrders(customer).Include(order => order.Lines).ToListAsync();

    /// <summary>The fault: a loop of queries where one would do.</summary>
    async Task<List<Order>> LoadOneByOneAsync(int customer)
    {
        var orders = await FirstOrders(customer).ToListAsync();
        foreach (var order in orders)
            order.Lines = await database.Lines.AsNoTracking().Where(line => line.OrderId == order.Id).ToListAsync();
        return orders;
    }

    IQueryable<Order> FirstOrders(int customer) => database.Orders.AsNoTracking().Where(order => order.CustomerId == customer).OrderBy(order => order.Id).Take(ShopData.OrdersEach);
}
