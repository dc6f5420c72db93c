// Who a user is, from the identity provider, which wants a fresh connection each time.
namespace Scenes.Identity;

public sealed class IdentityClient(IConfiguration configuration)
{
    readonly HttpClient _http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    }) { BaseAddress = new Uri(configuration["partner-tls"]!) };

    public Task<string> WhoIsAsync(int user) => _http.GetStringAsync($"/identity/{user}");
}
