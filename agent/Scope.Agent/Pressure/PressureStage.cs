// Watches a recording's pressure once a second and turns its sources down and up again, by the table of levels. Each change is
// an event of the history, with its reason, and a note that people read. What it does to the target is only ever less than what
// the profile asked for.
using System.Diagnostics;
using Scope.Agent.Sources;
using Scope.Events;
using Scope.Pipeline.Pressure;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Pressure;

/// <summary>The pressure control of one recording.</summary>
sealed class PressureStage : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "pressure";

    const int TicksOfALook = 20;

    readonly PressureControl _control = new();
    readonly PressureGauge _gauge;
    readonly Func<PressureRow, PressureChange, Task> _apply;
    readonly Catalog _catalog;
    readonly TargetId _target;
    readonly Ledger _ledger;
    readonly EventRing _ring;
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    PressureStage(PressureGauge gauge, Catalog catalog, TargetId target, Ledger ledger, EventRing ring, Func<PressureRow, PressureChange, Task> apply)
    {
        (_gauge, _catalog, _target, _ledger, _ring, _apply) = (gauge, catalog, target, ledger, ring, apply);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Begins to watch.</summary>
    /// <param name="gauge">What is watched.</param>
    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="target">The target.</param>
    /// <param name="ledger">The account of events.</param>
    /// <param name="ring">Gets an event for each change.</param>
    /// <param name="apply">Puts a level's row into effect.</param>
    public static PressureStage Start(PressureGauge gauge, Catalog catalog, TargetId target, Ledger ledger, EventRing ring, Func<PressureRow, PressureChange, Task> apply) =>
        new(gauge, catalog, target, ledger, ring, apply);

    /// <summary>The level now.</summary>
    public PressureLevel Level => _control.Level;

    async Task RunAsync()
    {
        var (watch, tick, turning) = (Stopwatch.StartNew(), 0, Task.CompletedTask);
        await QuietRing.RunAsync(_ring, _catalog.Clock, now =>
        {
            // While sources are being turned, which takes a moment, there is nothing to see.
            if (++tick % TicksOfALook == 0 && turning.IsCompleted && !_stop.IsCancellationRequested && _control.See(_gauge.Read(), watch.Elapsed.TotalSeconds) is { } change) turning = ChangeAsync(change, now);
        }, _stop.Token);
        await turning;
        _ring.Advance(EventTime.Max);
    }

    async Task ChangeAsync(PressureChange change, EventTime now)
    {
        _ring.Append(new() { Time = now, Kind = EventKind.PressureChanged, Target = _target, Value = (long)change.To, Detail = (ushort)change.From, Name = _catalog.Names.Intern(change.Reason) });
        _ledger.Captured(Name, 1);
        await _apply(PressureRow.Of(change.To), change);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }
}
