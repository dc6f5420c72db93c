// Ships a recording while it is made, on a thread of its own that reads what is on the disk: whatever becomes of the database,
// capture does not notice. While the database fails it is left alone for growing pauses, and what waits stays in the folder.
using Npgsql;
using Scope.Events;
using Scope.Store.Spool;

namespace Scope.Store.Postgres;

/// <summary>What a stage ships, and to where.</summary>
/// <param name="Database">Where to; the stage disposes it.</param>
/// <param name="Name">The recording's name.</param>
/// <param name="Open">Opens the feed of the recording with a catalog for its entries.</param>
/// <param name="Keeping">What the database keeps.</param>
/// <param name="Newest">How many events have been captured.</param>
/// <param name="Shipped">Is told how far the database has come.</param>
/// <param name="TakeLeft">Takes a recording that others left, of those that are wanted by their names; null when there is none.</param>
/// <param name="Note">Is told what cannot be shipped, and what to do.</param>
/// <param name="Choice">How the database is to keep hours.</param>
public sealed record WarmShipping(NpgsqlDataSource Database, string Name, Func<Catalog, SpoolFeed> Open, WarmKeeping Keeping, Func<long> Newest, Action<EventId> Shipped, Func<Func<string, bool>, SpoolShipping?> TakeLeft, Action<string> Note, WarmChoice Choice = default);

/// <summary>How shipping goes.</summary>
/// <param name="Shipped">Events before this one are in the database.</param>
/// <param name="Behind">How many have been captured since.</param>
/// <param name="Failing">Since when it fails, and why; null while it works.</param>
/// <param name="Aside">What it refused for good and waits for people; null when nothing does.</param>
public sealed record WarmProgress(long Shipped, long Behind, Failing? Failing, SetAside? Aside = null)
{
    /// <summary>In a line, for people.</summary>
    public override string ToString() => $"Postgres {Behind:N0} events behind{(Aside is null ? "" : $", {Aside.Events:N0} refused and set aside")}{(Failing is null ? "" : $", failing since {Failing.Since:HH:mm:ss} UTC: {Failing.Why}")}";
}

/// <summary>Ships one recording live.</summary>
public sealed class WarmStage : IDisposable
{
    const int PollMillis = 500, UpkeepMillis = 60_000, GiveUpMillis = 5000;

    readonly WarmShipping _shipping;
    readonly CircuitBreaker _breaker = new();
    readonly CancellationTokenSource _abandon = new();
    readonly ManualResetEventSlim _ending = new();
    readonly Thread _thread;

    // The thread's own.
    readonly LeftShipping _left;
    FolderShipper? _shipper;
    Task _upkeep = Task.CompletedTask;
    long _upkeepAt = Environment.TickCount64 + UpkeepMillis;

    long _next;
    volatile SetAside? _aside;
    DateTime _endingSince = DateTime.MaxValue; // Written before the end is told.

    WarmStage(WarmShipping shipping)
    {
        _shipping = shipping;
        _left = new(shipping.Database, shipping.TakeLeft, shipping.Note);
        _thread = new(Run) { IsBackground = true, Name = "scope warm" };
    }

    /// <summary>Begins.</summary>
    public static WarmStage Start(WarmShipping shipping)
    {
        var stage = new WarmStage(shipping);
        stage._thread.Start();
        return stage;
    }

    /// <summary>How it goes.</summary>
    public WarmProgress Progress
    {
        get
        {
            var next = Volatile.Read(ref _next);
            return new(next, Math.Max(0, _shipping.Newest() - next), _breaker.Now, _aside);
        }
    }

    /// <summary>Ships what is left, once the recording has ended, if the database takes it in time; what it does not take stays in the folder.</summary>
    public WarmProgress Finish(TimeSpan patience)
    {
        _endingSince = DateTime.UtcNow;
        _ending.Set();
        _thread.Join(patience);
        Dispose();
        return Progress;
    }

    /// <summary>Stops at once.</summary>
    public void Dispose()
    {
        _ending.Set();
        _abandon.Cancel();
        _thread.Join(GiveUpMillis); // A server that does not answer keeps a call for so long; the thread is a background one.
    }

    void Run()
    {
        while (!_abandon.IsCancellationRequested)
        {
            // Asked before: what was written until then is shipped by the round that follows.
            var ending = _ending.IsSet;
            var shipped = TryShip(ending);
            var failing = _breaker.Now;
            if (ending && (failing is null ? shipped == 0 : failing.Since < _endingSince)) break; // A failure that is new may pass: there is some patience.
            if (failing is not null) Wait(ending, _breaker.MillisLeft);
            else if (shipped < Limits.BlockEvents) // Its own is on its way; there is a turn for what others left.
            {
                if ((ending || !_left.Ship(_abandon.Token)) && shipped == 0) Wait(ending, PollMillis);
            }
            if (shipped > 0 || _breaker.Now is null) KeepUp();
        }
        _shipper?.Dispose();
        _shipper = null; // It holds names and texts of all that it shipped last.
        _left.Dispose();
        WaitForUpkeep();
        _shipping.Database.Dispose();
    }

    void Wait(bool ending, int millis) => (ending ? _abandon.Token.WaitHandle : _ending.WaitHandle).WaitOne(millis);

    int TryShip(bool isLast)
    {
        try
        {
            var shipped = ShipAsync(isLast).GetAwaiter().GetResult();
            _breaker.Worked();
            return shipped;
        }
        catch (Exception e) when (WarmTrouble.IsExpected(e))
        {
            _breaker.Failed(WarmTrouble.Text(e));
            return 0;
        }
    }

    async Task<int> ShipAsync(bool isLast)
    {
        if (_shipper is null)
        {
            await PostgresSchema.EnsureAsync(_shipping.Database, _shipping.Choice, _abandon.Token);
            _shipper = await FolderShipper.BeginAsync(_shipping.Database, _shipping.Name, _shipping.Open, _abandon.Token);
        }
        var shipped = await _shipper.ShipBatchAsync(isLast, _abandon.Token);
        Volatile.Write(ref _next, _shipper.Next.Value);
        if (_aside is null && _shipper.Aside is { } aside) _shipping.Note($"{_shipping.Name}: {aside}");
        _aside = _shipper.Aside;
        if (shipped > 0) _shipping.Shipped(_shipper.Next);
        return shipped;
    }

    // Beside the shipping: to pack a busy hour takes a while.
    void KeepUp()
    {
        if (Environment.TickCount64 < _upkeepAt || !_upkeep.IsCompleted) return;
        _upkeepAt = Environment.TickCount64 + UpkeepMillis;
        _upkeep = Task.Run(async () =>
        {
            try
            {
                await WarmUpkeep.RunAsync(_shipping.Database, _shipping.Keeping, EventTime.Now, _abandon.Token);
            }
            catch (Exception e) when (WarmTrouble.IsExpected(e))
            {
                // The next round, or another agent, will do it; what fails for longer fails shipping too, which tells.
            }
        });
    }

    void WaitForUpkeep()
    {
        _abandon.Cancel();
        _upkeep.Wait(GiveUpMillis);
    }
}
