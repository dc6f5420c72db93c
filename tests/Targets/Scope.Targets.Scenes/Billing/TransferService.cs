// Transfers between accounts.
using Microsoft.AspNetCore.Mvc;

namespace Scenes.Billing;

public sealed class Account(int id)
{
    public object Gate { get; } = new();
    public int Id => id;
    public long Cents { get; set; } = 1_000_000;
}

public interface ITransferService
{
    long Transfer(int from, int to, long cents);
}

public sealed class TransferService(AuditWriter audit) : ITransferService
{
    readonly Account[] _accounts = [.. Enumerable.Range(0, 3).Select(id => new Account(id))];

    public long Transfer(int from, int to, long cents)
    {
        var source = _accounts[from % _accounts.Length];
        var target = _accounts[to % _accounts.Length];
        lock (source.Gate)
        {
            audit.Write($"debit {source.Id} {cents}");
            lock (target.Gate)
            {
                source.Cents -= cents;
                target.Cents += cents;
                return source.Cents;
            }
        }
    }
}

public sealed class AuditWriter
{
    readonly string _file = Path.Combine(Path.GetTempPath(), $"audit-{Environment.ProcessId}.log");

    public void Write(string line)
    {
        // The journal is on a slow disk.
        Thread.Sleep(20);
        File.WriteAllText(_file, line);
    }
}

[ApiController]
[Route("transfers")]
public sealed class TransfersController(ITransferService transfers) : ControllerBase
{
    [HttpPost("{from:int}/{to:int}")]
    public ActionResult<long> Move(int from, int to) => transfers.Transfer(from, to + from + 1, 100);
}
