// What is on the shelves, kept right by a lock. The audit trail on disk belongs to the fault; the healthy shop audits by its log.
using System.Text;
using Scope.Targets.Shop.Faults;

namespace Scope.Targets.Shop.Stock;

/// <summary>Reserves stock.</summary>
public sealed class StockLedger(FaultSwitches faults) : IDisposable
{
    const int AuditMillis = 15; // What a forced write costs on a slow disk.

    readonly object _gate = new();
    readonly Dictionary<int, int> _reserved = [];
    readonly FileStream _audit = new(Path.GetTempFileName(), FileMode.Open, FileAccess.Write, FileShare.Read, 4096, FileOptions.DeleteOnClose);

    /// <summary>Reserves one piece; returns how many are reserved now.</summary>
    public int Reserve(int product) => faults.IsOn(FaultTable.LockContention) ? ReserveAndAudit(product) : ReserveBriefly(product);

    int ReserveBriefly(int product)
    {
        lock (_gate)
            return Add(product);
    }

    /// <summary>The fault: everyone waits for one caller's disk.</summary>
    int ReserveAndAudit(int product)
    {
        lock (_gate)
        {
            int reserved = Add(product);
            _audit.SetLength(0);
            _audit.Write(Encoding.UTF8.GetBytes($"{product} {reserved}\n"));
            Thread.Sleep(AuditMillis);
            return reserved;
        }
    }

    int Add(int product)
    {
        _reserved.TryGetValue(product, out int reserved);
        return _reserved[product] = reserved + 1;
    }

    /// <inheritdoc/>
    public void Dispose() => _audit.Dispose();
}
