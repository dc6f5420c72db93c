// Probes as a source of events: what the session's thread reads is told in the order in which calls ended, held back for a
// moment, because a thread may publish the end of a call a little after that of a later one.
using System.Diagnostics;
using Scope.Agent.Probes;
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Tells a recording of the hits of its probes.</summary>
sealed class ProbeSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "probes";

    const int HoldMillis = 30;

    static readonly long HoldTicks = Stopwatch.Frequency * HoldMillis / 1000;

    readonly SourcePlace _place;
    readonly ProbeEvents _events;
    readonly PriorityQueue<ProbeCall, long> _held = new();
    readonly Action<ProbeCall>? _onCall;
    long _captured;
    bool _isDisposed;

    ProbeSource(SourcePlace place, Action<ProbeCall>? onCall) => (_place, _onCall, _events) = (place, onCall, new(place));

    /// <summary>The probes.</summary>
    public ProbeSession Session { get; private set; } = null!; // Set by Start, before anybody has the source.

    /// <summary>Arms the probes and begins to tell.</summary>
    public static async Task<Attempt<ProbeSource>> StartAsync(SourcePlace place, ProbePreparation prepared, Action<ProbeCall>? onCall, CancellationToken cancel)
    {
        var source = new ProbeSource(place, onCall);
        var attempt = await ProbeSession.StartAsync(place.Port, prepared, place.Catalog.Redactor, source.Take, source.Tell, cancel);
        if (!attempt.Try(out var session, out var failure)) return failure;
        source.Session = session;
        return source;
    }

    void Take(ProbeCall call)
    {
        _onCall?.Invoke(call);
        _held.Enqueue(call, call.BeginTicks + (call.DurationTicks ?? 0));
    }

    // The session's thread, after each look.
    void Tell(long untilTicks)
    {
        var until = untilTicks == long.MaxValue ? long.MaxValue : untilTicks - HoldTicks;
        while (_held.TryPeek(out var call, out var ended) && ended <= until)
        {
            _held.Dequeue();
            foreach (var e in _events.Of(call))
            {
                _place.Ring.Append(e);
                _captured++;
            }
        }
        _place.Ring.Advance(until == long.MaxValue ? EventTime.Max : _events.At(until));
    }

    /// <summary>Takes the probes out and tells what is left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await Session.StopAsync();
        var lost = Session.Lost;
        await Session.DisposeAsync();
        _place.Ledger.Captured(Name, _captured);
        if (lost > 0) _place.Ledger.Lost(LossSource.SharedRing, Name, _place.Catalog.Clock.Now, _place.Catalog.Clock.Now, lost);
    }
}
