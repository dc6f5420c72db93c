// Scenes that are about exceptions and logs.
using Microsoft.Extensions.Logging.Console;
using Scenes.Catalog;
using Scenes.Localization;
using Scenes.Messaging;
using Scenes.Notifications;
using Scenes.Orders;
using Scenes.Pricing;

namespace Scenes;

static class ErrorScenes
{
    public static readonly Scene[] All =
    [
        new("order-worker", b => b.Services.AddSingleton<OrderQueue>().AddHostedService<OrderWorker>()),
        new("category-tree", b => b.Services.AddSingleton<CategoryTree>(), app =>
        {
            app.MapGet("/categories/{id:int}", (int id, CategoryTree tree) => tree.Depth(id));
            app.MapPost("/categories/{id:int}/under/{parent:int}", (int id, int parent, CategoryTree tree) => tree.Move(id, parent));
        }),
        new("order-listener", b => b.Services.AddSingleton<PartnerBus>().AddSingleton<OrderListener>(), app =>
        {
            app.Services.GetRequiredService<OrderListener>();
            app.MapPost("/partner/orders/{product}", (string product, PartnerBus bus) => bus.Push(product));
        }),
        new("text-catalog", b => b.Services.AddSingleton<TextCatalog>().AddSingleton<ILocalizer, Localizer>()),
        new("order-pipeline", b => b.Services.AddSingleton<OrderValidator>().AddSingleton<OrderPipeline>(),
            app => app.MapPost("/checks/{order:int}", (int order, OrderPipeline pipeline) => pipeline.RunAsync(order))),
        new("mail-sender", b => b.Services.AddSingleton<SmtpGateway>().AddSingleton<IMailSender, MailSender>()),
        new("push-service", b => b.Services.AddSingleton<PushService>(), app => app.MapPost("/news/{customer:int}", (int customer, PushService push) => push.Notify(customer))),
        new("discounts", b =>
        {
            b.Services.AddSingleton<DiscountEngine>();
            b.Logging.AddFilter<ConsoleLoggerProvider>("Scenes", LogLevel.Information);
        }),
    ];
}
