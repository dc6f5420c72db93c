// Exchange rates, told to whoever is interested.
namespace Scenes.Pricing;

public sealed class RateFeed : BackgroundService
{
    public event EventHandler<decimal>? Changed;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var each = new PeriodicTimer(TimeSpan.FromSeconds(5));
        while (await each.WaitForNextTickAsync(stoppingToken))
            Changed?.Invoke(this, 1.07m);
    }
}

public sealed class QuoteSession
{
    readonly decimal[] _history = new decimal[500];
    int _next;

    public QuoteSession(RateFeed feed) => feed.Changed += OnRateChanged;

    public decimal Quote(decimal amount) => amount * (_history[0] + 1);

    void OnRateChanged(object? sender, decimal rate) => _history[_next++ % _history.Length] = rate;
}
