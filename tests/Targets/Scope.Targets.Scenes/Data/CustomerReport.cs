// Customers and what they owe; a customer loads their invoices when asked for them.
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Scenes.Crm;

public sealed class Customer
{
    public int Id { get; set; }
    public required string Name { get; set; }
}

public sealed class OpenInvoice
{
    public int Id { get; set; }
    public int CustomerId { get; set; }
    public long Cents { get; set; }
}

public sealed class CrmDatabase(DbContextOptions<CrmDatabase> options) : DbContext(options)
{
    public DbSet<Customer> Customers => Set<Customer>();
    public DbSet<OpenInvoice> Invoices => Set<OpenInvoice>();

    protected override void OnModelCreating(ModelBuilder model) => model.Entity<OpenInvoice>().HasIndex(invoice => invoice.CustomerId);

    public async Task FillAsync()
    {
        await Database.EnsureCreatedAsync();
        Customers.AddRange(Enumerable.Range(1, 60).Select(i => new Customer { Name = $"customer {i}" }));
        Invoices.AddRange(Enumerable.Range(1, 600).Select(i => new OpenInvoice { CustomerId = 1 + i % 60, Cents = i }));
        await SaveChangesAsync();
    }
}

public interface IInvoiceRepository
{
    long OpenSum(int customer);
}

public sealed class InvoiceRepository(CrmDatabase database) : IInvoiceRepository
{
    public long OpenSum(int customer) => database.Invoices.Where(invoice => invoice.CustomerId == customer).Sum(invoice => invoice.Cents);
}

public sealed class CustomerReport(CrmDatabase database, IInvoiceRepository invoices)
{
    public List<(string Name, long Open)> Build()
    {
        var report = new List<(string, long)>();
        foreach (var customer in database.Customers.AsNoTracking().OrderBy(customer => customer.Id).Take(30).ToList())
            report.Add((customer.Name, invoices.OpenSum(customer.Id)));
        return report;
    }
}

[ApiController]
[Route("crm")]
public sealed class CrmController(CustomerReport report) : ControllerBase
{
    [HttpGet("report")]
    public ActionResult<int> Report() => report.Build().Count;
}
