// What is true of the scenes with a database.
namespace Scope.Diagnose;

static class DatabaseCases
{
    public static readonly Case[] All =
    [
        new("slow-sql-scan", "booking-search", ["slow-sql"], ["Scenes.Ledger.LedgerQueries.CountByNoteAsync", "md5(lower(note))"],
            [new("GET /bookings/count?note=booking+{n}", 4, 4), new("GET /health", 5)], "a function of a column that no index holds: each request scans 250 000 rows") { Database = true },
        new("slow-sql-row-lock", "balances", ["slow-sql"], ["Scenes.Ledger.BalanceStore.DebitAsync", "update balances"],
            [new("POST /balances/{n}/debit", 60, 24), new("GET /health", 5)], "a transaction stays open while the bank is asked: the update of the others waits for the row") { Database = true },
        new("n-plus-one-async", "product-page", ["n-plus-one-queries"], ["Scenes.Catalog.ProductPage.LoadAsync", "Scenes.Catalog.ProductPage.PriceAsync", "select cents from prices"],
            [new("GET /catalog/{n}", 15, 8)], "a page asks for the price of each of its products") { Database = true },
        new("n-plus-one-sync", "customer-report", ["n-plus-one-queries"], ["Scenes.Crm.CustomerReport.Build", "Scenes.Crm.InvoiceRepository.OpenSum"],
            [new("GET /crm/report", 12, 8)], "EF Core behind a repository, synchronously: a sum for each customer in a loop") { Database = true },
        new("pool-exhaustion-held", "statement-export", ["connection-pool-exhaustion"], ["Scenes.Reports.StatementExport.ExportAsync"],
            [new("GET /exports/{n}", 20, 40), new("GET /health", 5)], "a connection of a pool of six is held while the bank takes its time") { Database = true, Partner = true },
        new("pool-exhaustion-leak", "stock-reader", ["connection-pool-exhaustion"], ["Scenes.Inventory.StockReader.First", "Scenes.Inventory.StockReader.s_open"],
            [new("GET /stock/{n}", 10, 24), new("GET /health", 5)], "every third reader is left open, and soon no connection is left") { Database = true },
    ];
}
