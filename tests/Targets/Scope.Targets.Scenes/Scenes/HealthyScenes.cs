// Scenes in which nothing is wrong, though it may look so.
using Scenes.Caching;
using Scenes.Jobs;
using Scenes.Live;
using Scenes.Shipping;
using Scenes.Shop;
using Scenes.Stats;

namespace Scenes;

static class HealthyScenes
{
    public static readonly Scene[] All =
    [
        new("small-jobs", b => b.Services.AddSingleton<SmallJobs>(), app => app.MapGet("/jobs/{seed:int}", (int seed, SmallJobs jobs) => jobs.RunAsync(seed))),
        new("country-cache", b => b.Services.AddSingleton<CountryCache>(), app => app.MapGet("/countries/{key:int}", (int key, CountryCache cache) => cache.Get(key))),
        new("coupons", b => b.Services.AddSingleton<CouponService>(), app => app.MapPost("/coupons/{coupon:int}", (int coupon, CouponService coupons) =>
        {
            try
            {
                return Results.Ok(coupons.Redeem(coupon));
            }
            catch (InvalidCouponException invalid)
            {
                return Results.BadRequest(invalid.Message);
            }
        })),
        new("live-news", b => { b.Services.AddSignalR(); b.Services.AddSingleton<UpdatePolling>(); }, app =>
        {
            app.MapHub<NewsHub>("/hub");
            app.MapGet("/updates", (UpdatePolling updates, HttpContext context) => updates.NextAsync(context.RequestAborted));
            app.MapPost("/updates/{n:int}", (int n, UpdatePolling updates) => updates.Publish($"news {n}"));
        }),
        new("shipments", b => b.Services.AddSingleton<ShipmentChannel>().AddHostedService<ShipmentConsumer>(),
            app => app.MapPost("/shipments/{n:int}", async (int n, ShipmentChannel channel) => await channel.PutAsync(n))),
        new("counters", b => b.Services.AddSingleton<CounterBoard>(), app => app.MapGet("/counts/{key:int}", (int key, CounterBoard board) => board.Count(key))),
    ];
}
