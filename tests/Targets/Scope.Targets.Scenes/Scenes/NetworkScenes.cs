// Scenes that call the partner, and the partner.
using Scenes.Clients;
using Scenes.Geo;
using Scenes.Identity;
using Scenes.Partner;
using Scenes.Payments;
using Scenes.Weather;

namespace Scenes;

static class NetworkScenes
{
    public static readonly Scene[] All =
    [
        new("partner", PartnerRoutes.Listen, PartnerRoutes.Map),
        new("checkout", b => { b.Services.AddHttpClient<IFraudCheck, FraudClient>(client => SceneTable.ToPartner(b, client)); b.Services.AddScoped<CheckoutService>(); },
            app => app.MapPost("/checkout/{payment:int}", (int payment, CheckoutService checkout) => checkout.PayAsync(payment))),
        new("forecast", b => { SceneTable.AddPartner(b); b.Services.AddSingleton<ForecastClient>().AddSingleton<IForecast, CachedForecast>(); }),
        new("charges", b => b.Services.AddTransient<RetryHandler>().AddHttpClient<ChargeService>(client => SceneTable.ToPartner(b, client)).AddHttpMessageHandler<RetryHandler>(),
            app => app.MapPost("/charges/{order:int}", (int order, ChargeService charges) => charges.ChargeAsync(order))),
        new("geo-lookup", b => b.Services.AddSingleton<GeoLookup>()),
        new("identity", b => b.Services.AddSingleton<IdentityClient>(), app => app.MapGet("/who/{user:int}", (int user, IdentityClient identity) => identity.WhoIsAsync(user))),
        new("feed-proxy", b => { SceneTable.AddPartner(b); b.Services.AddSingleton<FeedProxy>(); }, app => app.MapGet("/feed", (FeedProxy feed) => feed.ReadAsync())),
    ];
}
