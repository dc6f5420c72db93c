// Ships what other recorders left in the spool, since they were killed or the database was down until their end: by whoever
// records and has shipped its own, a batch at a time. What cannot be shipped at all is told once and left to people.
using Npgsql;
using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Store.Postgres;

/// <summary>Ships recordings that nobody writes any more. For one thread.</summary>
/// <param name="database">Where to; its schema must be there.</param>
/// <param name="take">Takes one that waits, of those that are wanted by their names; null when there is none.</param>
/// <param name="note">Is told what cannot be shipped, and why.</param>
sealed class LeftShipping(NpgsqlDataSource database, Func<Func<string, bool>, SpoolShipping?> take, Action<string> note) : IDisposable
{
    const int LookMillis = 10_000;

    readonly CircuitBreaker _breaker = new();
    readonly HashSet<string> _done = []; // Also those that cannot be shipped.
    SpoolShipping? _taken;
    FolderShipper? _shipper;
    long _lookAt;

    /// <summary>Ships one batch at most; false when there is nothing to do for now.</summary>
    public bool Ship(CancellationToken cancellation)
    {
        if (_breaker.MillisLeft > 0) return false;
        try
        {
            var worked = ShipAsync(cancellation).GetAwaiter().GetResult();
            _breaker.Worked();
            return worked;
        }
        catch (Exception e) when (WarmTrouble.IsExpected(e))
        {
            _breaker.Failed(e.Message);
            if (e is BatchRefusedException && _shipper is { MaySetAside: true }) return false; // A few times more, and then it is set aside.
            if (_taken is { } taken && !WarmTrouble.MayPass(e))
            {
                _done.Add(taken.Recording);
                _lookAt = 0; // The next one may be fine.
                note($"{taken.Recording}, which was left in the spool, could not be shipped: {e.Message}");
            }
            LetGo();
            return false;
        }
    }

    /// <summary>Lets go of what it ships; another goes on with it.</summary>
    public void Dispose() => LetGo();

    async Task<bool> ShipAsync(CancellationToken cancellation)
    {
        if (_taken is null)
        {
            if (Environment.TickCount64 < _lookAt) return false;
            _lookAt = Environment.TickCount64 + LookMillis;
            _taken = take(name => !_done.Contains(name) && !SetAside.Is(name)); // What was refused for good waits for people.
            if (_taken is null) return false;
        }
        _shipper ??= await FolderShipper.BeginAsync(database, _taken.Recording, _taken.Feed, cancellation);
        var aside = _shipper.Aside;
        var shipped = await _shipper.ShipBatchAsync(isLast: true, cancellation);
        if (aside is null && _shipper.Aside is not null) note($"{_taken.Recording}, which was left in the spool: {_shipper.Aside}");
        _taken.Shipped(_shipper.Next);
        if (shipped > 0) return true;
        _done.Add(_taken.Recording);
        LetGo();
        _lookAt = 0; // There may be more.
        return true;
    }

    void LetGo()
    {
        _shipper?.Dispose();
        var taken = _taken;
        (_shipper, _taken) = (null, null);
        try
        {
            taken?.Dispose();
        }
        catch (Exception e) when (WarmTrouble.IsExpected(e))
        {
            // The spool's lock could not be had; the hold ends with the process at the latest.
        }
    }
}
