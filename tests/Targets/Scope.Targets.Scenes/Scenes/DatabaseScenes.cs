// Scenes with a database.
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Scenes.Catalog;
using Scenes.Crm;
using Scenes.Inventory;
using Scenes.Ledger;
using Scenes.Reports;

namespace Scenes;

static class DatabaseScenes
{
    public static readonly Scene[] All =
    [
        new("booking-search", b => b.Services.AddSingleton<ILedgerQueries, LedgerQueries>(), app => SceneTable.FillAsync(app, LedgerQueries.Tables)),
        new("balances", b => b.Services.AddSingleton<BalanceStore>(), app =>
        {
            app.MapPost("/balances/{account:int}/debit", (int account, BalanceStore store) => store.DebitAsync(account, 5));
            return SceneTable.FillAsync(app, BalanceStore.Tables);
        }),
        new("product-page", b => b.Services.AddSingleton<ProductPage>(), app =>
        {
            app.MapGet("/catalog/{page:int}", (int page, ProductPage products) => products.LoadAsync(page));
            return SceneTable.FillAsync(app, ProductPage.Tables);
        }),
        new("customer-report", b =>
        {
            b.Services.AddDbContext<CrmDatabase>((services, options) => options.UseNpgsql(services.GetRequiredService<NpgsqlDataSource>()));
            b.Services.AddScoped<IInvoiceRepository, InvoiceRepository>().AddScoped<CustomerReport>();
        }, async app =>
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CrmDatabase>().FillAsync();
        }),
        new("statement-export", b => { SceneTable.AddPartner(b); Small(b); b.Services.AddSingleton<StatementExport>(); }, app =>
        {
            app.MapGet("/exports/{account:int}", (int account, StatementExport export) => export.ExportAsync(account));
            return SceneTable.FillAsync(app, LedgerQueries.Tables);
        }),
        new("stock-reader", b => { Small(b); b.Services.AddSingleton<StockReader>(); }, app => SceneTable.FillAsync(app, LedgerQueries.Tables)),
        new("indexed-reads", _ => { }, app =>
        {
            app.MapGet("/bookings/{id:int}", async (int id, NpgsqlDataSource database) =>
            {
                await using var command = database.CreateCommand("select cents from bookings where id = $1");
                command.Parameters.Add(new() { Value = 1 + id % 1000 });
                return (long)(await command.ExecuteScalarAsync())!;
            });
            return SceneTable.FillAsync(app, LedgerQueries.Tables);
        }),
    ];

    /// <summary>The pool that a small service was given.</summary>
    static void Small(WebApplicationBuilder b) =>
        b.Services.AddSingleton(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(b.Configuration["postgres"]) { MaxPoolSize = 6, Timeout = 15 }));
}
