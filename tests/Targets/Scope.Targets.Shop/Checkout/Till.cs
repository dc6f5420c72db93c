// The till: takes orders one after the other, and tells whoever pays what it did. What probes see is compared with that.
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Scope.Targets.Shop.Checkout;

/// <summary>What the till did with an order, in its own words.</summary>
public sealed record Receipt(int Id, string Channel, long Cents, string Total, int Items, string Status, int ServedBefore, int ServedAfter, string Failure, string Confirmed);

/// <summary>Takes orders.</summary>
public sealed class Till
{
    const int Refused = 10; // Each tenth order is refused.

    readonly object _one = new();
    int _served;
    long _cents;
    string _last = "";

    /// <summary>Takes the order of a number.</summary>
    public async Task<Receipt> PayAsync(int number, string channel)
    {
        var order = CheckoutOrder.Of(number);
        var (cents, failure, before, after) = (0L, "", 0, 0);
        lock (_one)
        {
            before = _served;
            try
            {
                cents = Take(order, channel);
            }
            catch (InvalidOperationException e)
            {
                failure = e.Message;
            }
            after = _served;
        }
        string confirmed = await ConfirmOrSayAsync(order, number % 4);
        return new(number, channel, cents, order.Total.ToString(CultureInfo.InvariantCulture), order.ItemCount, order.Status.ToString(), before, after, failure, confirmed);
    }

    /// <summary>What the order costs, in cents; throws for one that is refused.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public long Take(CheckoutOrder order, string channel)
    {
        if (order.Id % Refused == 0)
            throw new InvalidOperationException($"order {order.Id} is refused");
        long cents = (long)(order.Total * 100);
        foreach (string item in order.Items)
            cents += item.Length;
        order.Status = OrderStatus.Paid; // A line to probe: cents is known.
        _served++;
        _cents += cents;
        _last = channel;
        return cents;
    }

    async Task<string> ConfirmOrSayAsync(CheckoutOrder order, int waits)
    {
        try
        {
            return (await ConfirmAsync(order, waits)).ToString(CultureInfo.InvariantCulture);
        }
        catch (TimeoutException e)
        {
            return e.Message;
        }
    }

    /// <summary>Asks the bank, in so many steps; three are too many.</summary>
    public async Task<int> ConfirmAsync(CheckoutOrder order, int waits)
    {
        for (int i = 0; i < waits; i++)
            await Task.Delay(10);
        if (waits > 2)
            throw new TimeoutException($"the bank is silent about {order.Id}");
        return order.Id * 2;
    }
}
