// Listens to orders from the partner's library, which knows events only.
namespace Scenes.Messaging;

public sealed class PartnerBus
{
    public event EventHandler<string>? OrderReceived;

    public void Push(string order) => OrderReceived?.Invoke(this, order);
}

public sealed class OrderListener
{
    readonly Dictionary<string, int> _stock = new() { ["apple"] = 10, ["pear"] = 20 };

    public OrderListener(PartnerBus bus) => bus.OrderReceived += OnOrderReceived;

    async void OnOrderReceived(object? sender, string product)
    {
        await Task.Delay(10);
        _stock[product] = Reserve(product);
    }

    int Reserve(string product) => _stock[product] - 1;
}
