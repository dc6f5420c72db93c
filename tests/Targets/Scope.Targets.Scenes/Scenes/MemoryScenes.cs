// Scenes that are about memory.
using Scenes.Audit;
using Scenes.Caching;
using Scenes.Catalog;
using Scenes.Chat;
using Scenes.Import;
using Scenes.Jobs;
using Scenes.Media;
using Scenes.Plugins;
using Scenes.Pricing;
using Scenes.Reports;
using Scenes.Sessions;
using Scenes.Storage;
using Scenes.Telemetry;

namespace Scenes;

static class MemoryScenes
{
    public static readonly Scene[] All =
    [
        new("price-list", b => b.Services.AddSingleton<CsvReader>()),
        new("usage-meter", b => b.Services.AddSingleton<IUsageMeter, UsageMeter>().AddSingleton<PixelService>(),
            app => app.MapGet("/pixels/{image:int}", (int image, PixelService pixels) => pixels.Draw(image))),
        new("image-resizer", b => b.Services.AddSingleton<IImageResizer, ImageResizer>()),
        new("statement-pdf", b => b.Services.AddSingleton<PdfBuilder>(),
            app => app.MapGet("/statements/{id:int}", (int id, PdfBuilder pdf) => pdf.BuildAsync(150 + id % 10))),
        new("previews", b => b.Services.AddSingleton<PreviewStore>(), app =>
        {
            app.Services.GetRequiredService<PreviewStore>();
            app.MapGet("/previews/{id:int}", (int id, PreviewStore previews) => previews.Show(id));
        }),
        new("session-table", b => b.Services.AddSingleton<SessionTable>(), app =>
        {
            app.Services.GetRequiredService<SessionTable>();
            app.MapGet("/renew/{id:int}", (int id, SessionTable sessions) => sessions.Renew(id));
        }),
        new("audit-trail", b => b.Services.AddSingleton<IDocumentService, DocumentService>()),
        new("rate-feed", b => b.Services.AddSingleton<RateFeed>().AddHostedService(services => services.GetRequiredService<RateFeed>()).AddTransient<QuoteSession>(),
            app => app.MapGet("/quotes/{cents:int}", (int cents, QuoteSession session) => session.Quote(cents))),
        new("response-cache", b => b.Services.AddSingleton<IResponseCache, ResponseCache>().AddSingleton<PageService>(),
            app => app.MapGet("/pages/{page:int}", (int page, PageService pages) => pages.Page($"/pages/{page}?visit={Guid.NewGuid()}"))),
        new("job-runner", b => b.Services.AddSingleton<JobRunner>(), app => app.MapPost("/jobs/{job:int}", (int job, JobRunner jobs) => jobs.Start(job))),
        new("presence", b => b.Services.AddSingleton<ChatRoom>(), app => app.MapPost("/rooms/{member:int}", (int member, ChatRoom room) => room.Join(member))),
        new("invoice-xml", b => b.Services.AddSingleton<InvoiceXml>()),
        new("plugin-host", b => b.Services.AddSingleton<PluginHost>(), app => app.MapPost("/plugins/{customer:int}", (int customer, PluginHost plugins) => plugins.Run(customer))),
        new("temp-files", b => b.Services.AddSingleton<UploadBuffer>(), app => app.MapPost("/parts/{part:int}", (int part, UploadBuffer buffer) => buffer.Take(part))),
        new("product-index", b => b.Services.AddSingleton(_ => new ProductIndex(b.Configuration.GetValue("products", 5_000))), app =>
        {
            app.Services.GetRequiredService<ProductIndex>();
            app.MapGet("/products/{id:int}", (int id, ProductIndex index) => index.Describe(id));
        }),
    ];
}
