// Shipments through a bounded channel, and labels on a thread of their own: both mostly wait.
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Scenes.Shipping;

public sealed class ShipmentChannel
{
    readonly Channel<int> _shipments = Channel.CreateBounded<int>(100);

    public ValueTask PutAsync(int shipment) => _shipments.Writer.WriteAsync(shipment);

    public IAsyncEnumerable<int> AllAsync(CancellationToken stop) => _shipments.Reader.ReadAllAsync(stop);

    public BlockingCollection<int> Labels { get; } = new(100);
}

public sealed class ShipmentConsumer(ShipmentChannel channel) : BackgroundService
{
    long _printed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        new Thread(PrintLabels) { IsBackground = true, Name = "labels" }.Start();
        await foreach (int shipment in channel.AllAsync(stoppingToken))
            channel.Labels.Add(shipment, stoppingToken);
    }

    void PrintLabels()
    {
        foreach (int label in channel.Labels.GetConsumingEnumerable())
            _printed += label;
    }
}
