// Prices in memory, emptied when the feed says that they changed.
namespace Scenes.Caching;

public sealed class PriceFeed
{
    readonly Lock _lock = new();
    decimal _factor = 1;

    public event Action? Changed;

    public decimal Factor
    {
        get
        {
            lock (_lock)
                return _factor;
        }
    }

    public void Refresh()
    {
        lock (_lock)
        {
            _factor = 1 + Random.Shared.Next(10) / 100m;
            Thread.Sleep(3);
            Changed?.Invoke();
        }
    }
}

public sealed class PriceCache
{
    readonly Lock _lock = new();
    readonly Dictionary<int, decimal> _prices = [];
    readonly PriceFeed _feed;

    public PriceCache(PriceFeed feed)
    {
        _feed = feed;
        feed.Changed += Clear;
    }

    public decimal Get(int product)
    {
        lock (_lock)
        {
            if (_prices.TryGetValue(product, out decimal price))
                return price;
            Thread.SpinWait(20_000);
            return _prices[product] = product * _feed.Factor;
        }
    }

    void Clear()
    {
        lock (_lock)
            _prices.Clear();
    }
}

public sealed class FeedRefresher(PriceFeed feed) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        new Thread(() =>
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                feed.Refresh();
                Thread.Sleep(20);
            }
        }) { IsBackground = true, Name = "price feed" }.Start();
        return Task.CompletedTask;
    }
}
