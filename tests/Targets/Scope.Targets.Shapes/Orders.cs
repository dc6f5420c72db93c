// A small domain with objects behind objects, which logs what it is called with: values that probes read are compared with
// what is said here.
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shapes;

class Customer(string name)
{
    public string Name = name;
    public Customer? Referrer;
}

sealed class Order(Customer customer, long total, int[] items)
{
    public Customer Customer = customer;
    public int[] Items = items;
    public object? Note;
    public long Total = total;
    public int Count = items.Length;
}

sealed class Desk
{
    string _last = "";
    int _placed;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public long Place(Order order, string channel, int number)
    {
        long price = order.Total;
        string label = channel + number;
        foreach (int item in order.Items)
            price += item;
        _placed++;
        _last = label;
        return price;
    }

    /// <summary>The same again, which nobody ever probes: what it takes is what the other must take once its probe is out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public long PlaceUnprobed(Order order, string channel, int number)
    {
        long price = order.Total;
        string label = channel + number;
        foreach (int item in order.Items)
            price += item;
        _placed++;
        _last = label;
        return price;
    }

    public override string ToString() => $"{_placed} {_last}";
}

static class Orders
{
    static readonly Desk TheDesk = new();

    /// <summary>Places so many; says for each what the probe must see.</summary>
    public static string Place(int count)
    {
        var said = new List<string>();
        var desk = new Desk();
        for (int i = 1; i <= count; i++)
        {
            var order = Make(i);
            long price = desk.Place(order, i % 3 == 0 ? null! : "web", i);
            said.Add($"{order.Total}/{order.Customer.Name}/{order.Customer.Referrer?.Name ?? "-"}/{order.Items.Length}/{(i % 3 == 0 ? "-" : "web")}/{i}/{price}");
        }
        return string.Join(" ", said);
    }

    public static int PlaceOne(int number) => TheDesk.Place(new Order(new Customer("a"), number, []), "x", number) == number ? number : -1;

    static Order Make(int number) => new(new Customer("customer" + number) { Referrer = number % 2 == 0 ? new Customer("friend" + number) : null }, number * 100L, [.. Enumerable.Range(0, number % 4)])
    {
        Note = number % 2 == 0 ? "note" + number : number,
    };
}
