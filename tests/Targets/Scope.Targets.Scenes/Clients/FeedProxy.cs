// Hands the partner's feed on.
namespace Scenes.Clients;

public sealed class FeedProxy(IHttpClientFactory clients)
{
    public async Task<string> ReadAsync()
    {
        string feed = await clients.CreateClient("partner").GetStringAsync("/feed");
        return feed;
    }
}
