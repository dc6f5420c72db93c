// Gapless invoice numbers, kept in a file.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Billing;

public interface IInvoiceNumbers
{
    long Next(string series);
}

public sealed class InvoiceNumbers : IInvoiceNumbers
{
    readonly object _sync = new();
    readonly string _file = Path.Combine(Path.GetTempPath(), $"invoices-{Environment.ProcessId}");
    long _last;

    public long Next(string series)
    {
        lock (_sync)
        {
            _last++;
            Store(series);
            return _last;
        }
    }

    void Store(string series)
    {
        using var file = new FileStream(_file, FileMode.Create, FileAccess.Write, FileShare.Read, 4096, FileOptions.WriteThrough);
        file.Write(System.Text.Encoding.UTF8.GetBytes($"{series}={_last}"));
        file.Flush(flushToDisk: true);
        Thread.Sleep(12); // The share that this is on in production takes that long.
    }
}

[ApiController]
[Route("invoices")]
public sealed class InvoicesController(IInvoiceNumbers numbers) : ControllerBase
{
    [HttpPost("{series}")]
    public ActionResult<long> Create(string series) => numbers.Next(series);
}
