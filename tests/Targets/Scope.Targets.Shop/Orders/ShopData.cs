// Fills a new database with customers, orders and lines, the same ones each time.
using Microsoft.EntityFrameworkCore;

namespace Scope.Targets.Shop.Orders;

/// <summary>Makes the shop's data.</summary>
public static class ShopData
{
    /// <summary>How many customers there are; ids begin at 1.</summary>
    public const int Customers = 200;

    /// <summary>How many orders each has at first.</summary>
    public const int OrdersEach = 25;

    const string Fill = """
        insert into customers ("Id", "Name") select i, 'Customer ' || i from generate_series(1, 200) i;
        insert into orders ("Id", "CustomerId", "Cents") select i, 1 + i % 200, i * 37 % 90000 from generate_series(1, 5000) i;
        insert into order_lines ("Id", "OrderId", "Product", "Quantity") select i, 1 + i % 5000, i % 500, 1 + i % 7 from generate_series(1, 20000) i;
        select setval(pg_get_serial_sequence('orders', 'Id'), 5000), setval(pg_get_serial_sequence('order_lines', 'Id'), 20000);
        analyze;
        """;

    /// <summary>Makes the tables and fills them where the database does not have them yet.</summary>
    public static async Task EnsureAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<ShopDatabase>();
        if (await database.Database.EnsureCreatedAsync() || !await database.Customers.AnyAsync())
            await database.Database.ExecuteSqlRawAsync(Fill);
    }
}
