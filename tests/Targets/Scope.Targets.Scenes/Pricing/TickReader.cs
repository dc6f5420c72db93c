// Reads market ticks with the least delay.
using System.Collections.Concurrent;

namespace Scenes.Pricing;

public sealed class TickQueue
{
    readonly ConcurrentQueue<decimal> _ticks = new();

    public void Push(decimal tick) => _ticks.Enqueue(tick);

    public bool TryTake(out decimal tick) => _ticks.TryDequeue(out tick);
}

public sealed class TickReader(TickQueue queue) : BackgroundService
{
    decimal _last;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        new Thread(() =>
        {
            while (!stoppingToken.IsCancellationRequested)
                _last = WaitForTick(stoppingToken);
        }) { IsBackground = true, Name = "ticks" }.Start();
        return Task.CompletedTask;
    }

    public decimal Last => _last;

    decimal WaitForTick(CancellationToken stop)
    {
        decimal tick;
        while (!queue.TryTake(out tick) && !stop.IsCancellationRequested)
            Thread.SpinWait(20);
        return tick;
    }
}
