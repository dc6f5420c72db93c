// Scenes in which something waits.
using Scenes.Billing;
using Scenes.Caching;
using Scenes.Clients;
using Scenes.Devices;
using Scenes.Import;
using Scenes.Mailing;
using Scenes.Media;
using Scenes.Messaging;
using Scenes.Security;
using Scenes.Sessions;
using Scenes.Shipping;

namespace Scenes;

static class HangScenes
{
    public static readonly Scene[] All =
    [
        new("transfer", b => b.Services.AddSingleton<AuditWriter>().AddSingleton<ITransferService, TransferService>()),
        new("price-cache", b => b.Services.AddSingleton<PriceFeed>().AddSingleton<PriceCache>().AddHostedService<FeedRefresher>(),
            app => app.MapGet("/prices/{product:int}", (int product, PriceCache cache) => cache.Get(product))),
        new("session-store", b => b.Services.AddSingleton<ISessionStore, SessionStore>(),
            app => app.MapPost("/sessions/{id:int}", (int id, ISessionStore sessions) => sessions.SaveAsync(id, "value"))),
        new("device-loop", b => b.Services.AddSingleton<DeviceLoop>().AddSingleton<DeviceSession>(),
            app => app.MapGet("/devices/{register:int}", (int register, DeviceLoop loop, DeviceSession device) => loop.InvokeAsync(() => device.ReadStatus(register)))),
        new("message-bus", b => b.Services.AddSingleton<MessageBus>().AddSingleton<RpcClient>().AddHostedService(services => services.GetRequiredService<MessageBus>()),
            app => app.MapGet("/calls/{number:int}", (int number, RpcClient rpc) => rpc.CallAsync($"call {number}"))),
        new("invoice-numbers", b => b.Services.AddSingleton<IInvoiceNumbers, InvoiceNumbers>()),
        new("mail-templates", _ => { }, app => app.MapGet("/mails/{id:int}", (int id) =>
            TemplateRenderer.Instance.Render("Dear {name}, your parcel {parcel} is at {place}.", new Dictionary<string, string> { ["name"] = $"customer {id}", ["parcel"] = $"P-{id}", ["place"] = "Cologne" }))),
        new("token-provider", b => { SceneTable.AddPartner(b); b.Services.AddSingleton<TokenProvider>(); },
            app => app.MapGet("/reports/{scope}", (string scope, TokenProvider tokens) => tokens.GetTokenAsync(scope))),
        new("carrier-rates", b => { b.Services.AddHttpClient<CarrierClient>(client => SceneTable.ToPartner(b, client)); b.Services.AddScoped<IRateService, RateService>(); }),
        new("directory-policy", b => { SceneTable.AddPartner(b); b.Services.AddSingleton<IAccessPolicy, DirectoryPolicy>(); },
            app => { app.UseMiddleware<AccessMiddleware>(); app.MapGet("/files/{id:int}", (int id) => id); }),
        new("ftp-upload", b => b.Services.AddSingleton<FtpUploader>().AddSingleton<UploadService>(),
            app => app.MapPost("/uploads/{file:int}", (int file, UploadService uploads) => uploads.UploadAsync(file))),
        new("thumbnails", b => b.Services.AddSingleton<PictureStore>().AddSingleton<ThumbnailService>()),
    ];
}
