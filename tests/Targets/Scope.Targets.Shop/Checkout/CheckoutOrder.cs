// What is paid at the till: an order with values of every sort that a probe reads, made from its number.
namespace Scope.Targets.Shop.Checkout;

/// <summary>How far an order is.</summary>
public enum OrderStatus { Open, Paid = 5, Shipped }

/// <summary>An amount with its currency.</summary>
public readonly record struct Money(decimal Amount, string Currency);

/// <summary>Who pays.</summary>
public sealed record Buyer(string Name, int Points);

/// <summary>An order at the till.</summary>
public sealed class CheckoutOrder
{
    readonly List<string> _items = [];

    public required int Id { get; init; }
    public required decimal Total { get; init; }
    public required Guid Key { get; init; }
    public required DateTime Placed { get; init; }
    public required Buyer Buyer { get; init; }
    public int? Discount { get; init; }
    public Money Shipping { get; init; }
    public OrderStatus Status { get; set; }
    public IReadOnlyCollection<string> Items => _items;
    public int ItemCount => _items.Count;

    /// <summary>The order of a number, the same one each time.</summary>
    public static CheckoutOrder Of(int number)
    {
        var order = new CheckoutOrder
        {
            Id = number, Total = number * 12.5m, Key = new Guid(number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Placed = new DateTime(2026, 1, 1).AddMinutes(number),
            Buyer = new Buyer($"Buyer {number}", number % 100), Discount = number % 3 == 0 ? null : number % 50, Shipping = new Money(number * 0.05m, "EUR"),
        };
        for (int i = 0; i < number % 5; i++)
            order._items.Add($"item {i}");
        return order;
    }
}
