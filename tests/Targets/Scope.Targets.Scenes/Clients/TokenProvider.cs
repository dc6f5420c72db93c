// The access token for the partner's API, fetched by one caller at a time.
namespace Scenes.Clients;

public sealed class TokenProvider(IHttpClientFactory clients)
{
    readonly SemaphoreSlim _gate = new(1, 1);

    public async Task<string> GetTokenAsync(string scope)
    {
        await _gate.WaitAsync();
        try
        {
            return await clients.CreateClient("partner").GetStringAsync($"/token?scope={scope}");
        }
        finally
        {
            _gate.Release();
        }
    }
}
