// Scenes that are about processor time.
using Scenes.Crm;
using Scenes.Pricing;
using Scenes.Receipts;
using Scenes.Search;
using Scenes.Security;
using Scenes.Signup;
using Scenes.Taxes;

namespace Scenes;

static class ProcessorScenes
{
    public static readonly Scene[] All =
    [
        new("permissions", b => b.Services.AddSingleton<IPermissionResolver, PermissionResolver>()),
        new("duplicate-finder", b => b.Services.AddHostedService<DuplicateFinder>()),
        new("tick-reader", b => b.Services.AddSingleton<TickQueue>().AddHostedService<TickReader>(),
            app => app.MapPost("/ticks/{tick:int}", (int tick, TickQueue ticks) => ticks.Push(tick))),
        new("order-book", b => b.Services.AddSingleton<BookGate>().AddSingleton<OrderBook>(),
            app => app.MapPost("/book/{order:int}", (int order, OrderBook book) => book.Place(order))),
        new("signup-name", b => b.Services.AddSingleton<IValidator, NameValidator>()),
        new("body-log", b => b.Services.AddSingleton<Redactor>(),
            app => { app.UseMiddleware<BodyLogMiddleware>(); app.MapPost("/payments", () => Results.Ok()); }),
        new("phone-pattern", b => b.Services.AddSingleton<PhoneValidator>(),
            app => app.MapGet("/phones/{number:int}", (int number, PhoneValidator phones) => phones.IsValid("49", $"+49 221 {number}"))),
        new("article-filter", b => b.Services.AddSingleton<FilterBuilder>().AddSingleton<ArticleSearch>(),
            app => app.MapGet("/articles/{seed:int}", (int seed, ArticleSearch search) => search.Count(seed))),
        new("rule-book", b => b.Services.AddSingleton(_ => RuleBook.Load()), app =>
        {
            var rules = app.Services.GetRequiredService<RuleBook>();
            app.MapGet("/rules/{n:int}", (int n) => rules.Count + n);
        }),
        new("receipts", b => b.Services.AddSingleton<ReceiptSigner>(),
            app => app.MapGet("/receipts/{receipt:int}", (int receipt, ReceiptSigner signer) => signer.Sign(receipt))),
    ];
}
