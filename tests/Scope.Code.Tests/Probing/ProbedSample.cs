// Code to be found and looked into: one of each shape that the compiler makes something of.
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Scope.Code.Tests.Probing.Sample;

enum Status { Open, Paid = 5, Shipped }

[AttributeUsage(AttributeTargets.Method)]
sealed class SlowAttribute : Attribute;

interface IHandler<T>
{
    int Handle(T order, string who);
}

record struct Money(decimal Amount, string Currency);

class Entity
{
    public int Id { get; init; }
}

sealed class Order : Entity
{
    readonly List<int> _lines = [1, 2, 3];
    public decimal Total { get; set; }
    public long Cents = 7;
    public Status Status { get; set; }
    public Money Price { get; set; }
    public int? Discount { get; set; }
    public TimeSpan Age { get; set; }
    public string Note = "";
    public bool IsUrgent { get; set; }
    public Order? Next { get; set; }
    public List<int> Lines => _lines;
    public int LineCount => Lines.Count;
    public decimal WithTax => Total * 1.2m;
}

class Handlers : IHandler<Order>
{
    protected readonly Dictionary<string, Order> _cart = [];

    public int Handle(Order order, string who) => order.Id + who.Length;

    [Slow]
    public async Task<int> PlaceAsync(Order order, int tries)
    {
        var sum = tries;
        await Task.Yield();
        return sum + order.Id;
    }

    public IEnumerable<int> Walk(Order order)
    {
        foreach (var line in order.Lines) yield return line;
    }

    public int Sum(Order order, int factor)
    {
        int Scaled(int line) => line * factor;
        return order.Lines.Select(line => Scaled(line)).Sum();
    }

    public int Located(Order order)
    {
        var twice = order.Id * 2;
        for (var turn = 0; turn < 2; turn++) twice += Twice(turn);
        Console.Out.Flush(); // The probed line.
        return twice + Twice(twice);
    }

    [SuppressMessage("Performance", "CA1822", Justification = "An instance method is what is looked for.")]
    public int ByReference(ref Money money, in Order order, out int count) => count = order.Id + money.Currency.Length;

    public int Relay(Order order) => Located(order) + PlaceAsync(order, 1).Result;

    public static int Twice(int number) => number + number;

    public virtual void Retry(Action action)
    {
        for (var i = 0; i < 3; i++)
        {
            try { action(); }
            catch { }
        }
    }

    public void WaitUnderLock(Task task)
    {
        lock (_cart) task.Wait();
    }

    [DllImport("libc")]
    internal static extern int getpid();
}

sealed class Shelf<T>(T content)
{
    public T Content { get; } = content;
    public int Count = 1;

    public T Take(int amount)
    {
        Count -= amount;
        return Content;
    }
}
