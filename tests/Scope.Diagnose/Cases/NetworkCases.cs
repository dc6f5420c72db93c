// What is true of the scenes that call the partner.
namespace Scope.Diagnose;

static class NetworkCases
{
    public static readonly Case[] All =
    [
        new("slow-dependency-typed", "checkout", ["slow-dependency"], ["Scenes.Payments.FraudClient.IsFraudAsync", "Scenes.Payments.CheckoutService.PayAsync", "/score"],
            [new("POST /checkout/{n}", 20, 32), new("GET /health", 5)], "the fraud check answers after 700 ms; the call's address names it as well as the method does") { Partner = true },
        new("slow-dependency-uncached", "forecast", ["slow-dependency"], ["Scenes.Weather.ForecastClient.FetchAsync", "Scenes.Weather.CachedForecast.GetAsync", "/forecast"],
            [new("GET /weather/7", 20, 32), new("GET /health", 5)], "a cache whose key never comes twice, before a call of 500 ms") { Partner = true },
        new("retry-storm", "charges", ["retry-storm"], ["Scenes.Payments.RetryHandler.SendAsync", "Scenes.Payments.ChargeService.ChargeAsync", "/charge"],
            [new("POST /charges/{n}", 15, 16), new("GET /health", 5)], "five attempts in the handler times three in the service, without a pause, at a bank that says 503") { Partner = true },
        new("http-client-per-request", "geo-lookup", ["http-client-misuse"], ["Scenes.Geo.GeoLookup.FindAsync"],
            [new("GET /geo/{n}", 40, 16)], "a new HttpClient, and so a new connection, for each request") { Partner = true },
        new("tls-each-time", "identity", ["dns-or-tls-delay"], ["Scenes.Identity.IdentityClient.WhoIsAsync", "127.0.0.1", "localhost"],
            [new("GET /who/{n}", 12, 24), new("GET /health", 5)], "a TLS handshake of 600 ms for each call, because connections live for zero seconds; the host is what is slow") { Partner = true },
        new("large-response", "feed-proxy", ["large-response-buffering", "large-object-allocation"], ["Scenes.Clients.FeedProxy.ReadAsync", "/feed"],
            [new("GET /feed", 5, 4), new("GET /health", 5)], "12 MB are read into a string to be written out again; the string is the large object that the other name speaks of") { Partner = true },
    ];
}
