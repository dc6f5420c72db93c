// The shop's orders in Postgres, by EF Core.
using Microsoft.EntityFrameworkCore;

namespace Scope.Targets.Shop.Orders;

/// <summary>A customer.</summary>
public sealed class Customer
{
    public int Id { get; set; }
    public required string Name { get; set; }
}

/// <summary>An order.</summary>
public sealed class Order
{
    public int Id { get; set; }
    public int CustomerId { get; set; }
    public long Cents { get; set; }
    public List<OrderLine> Lines { get; set; } = [];
}

/// <summary>A line of an order.</summary>
public sealed class OrderLine
{
    public int Id { get; set; }
    public int OrderId { get; set; }
    public int Product { get; set; }
    public int Quantity { get; set; }
}

/// <summary>The tables.</summary>
public sealed class ShopDatabase(DbContextOptions<ShopDatabase> options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();
    public DbSet<Order> Orders => Set<Order>();
    public DbSet<OrderLine> Lines => Set<OrderLine>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder model)
    {
        model.Entity<Customer>().ToTable("customers");
        model.Entity<Order>().ToTable("orders").HasMany(order => order.Lines).WithOne().HasForeignKey(line => line.OrderId);
        model.Entity<Order>().HasIndex(order => order.CustomerId);
        model.Entity<OrderLine>().ToTable("order_lines").HasIndex(line => line.Product);
    }
}
