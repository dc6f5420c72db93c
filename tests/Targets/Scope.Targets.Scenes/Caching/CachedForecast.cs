// The weather, remembered by city and moment.
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Weather;

public interface IForecast
{
    Task<string> GetAsync(int city);
}

public sealed class ForecastClient(IHttpClientFactory clients)
{
    public Task<string> FetchAsync(int city) => clients.CreateClient("partner").GetStringAsync($"/forecast/{city}");
}

public sealed class CachedForecast(ForecastClient client) : IForecast
{
    const int Kept = 500;

    readonly ConcurrentDictionary<(int City, long Moment), string> _known = new();

    public async Task<string> GetAsync(int city)
    {
        var key = (city, DateTime.UtcNow.Ticks);
        if (_known.TryGetValue(key, out string? known))
            return known;
        if (_known.Count >= Kept)
            _known.Clear();
        return _known[key] = await client.FetchAsync(city);
    }
}

[ApiController]
[Route("weather")]
public sealed class WeatherController(IForecast forecast) : ControllerBase
{
    [HttpGet("{city:int}")]
    public async Task<ActionResult<string>> Get(int city) => await forecast.GetAsync(city);
}
