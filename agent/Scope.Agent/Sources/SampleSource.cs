// CPU samples in bursts, as a source of events: a session for a second, then a pause, again and again, into one ring.
// In a pause the ring's promise goes on with the clock, so that nobody waits for it; in a burst the stream makes it.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>Samples a target until it is disposed or the target ends.</summary>
sealed class SampleSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "CPU samples";

    const int TickMillis = 50; // How far a pause may hold the merge back.

    readonly CancellationTokenSource _stop = new();
    readonly CircuitBreaker _breaker = new(firstPauseMillis: 5_000, longestPauseMillis: 300_000);
    readonly EventRing _ring;
    readonly RecordingClock _clock;
    readonly Action<AttachFailure> _onFailure;
    readonly Task _running;

    SampleSource(EventRing ring, RecordingClock clock, Func<int, NettraceTranslator> translatorOf, DiagnosticPort port, CollectRequest request, SampleBurst burst, Action<AttachFailure> onFailure)
    {
        (_ring, _clock, _onFailure) = (ring, clock, onFailure);
        _running = RunAsync(translatorOf, port, request, burst);
    }

    /// <summary>Begins to sample.</summary>
    public static SampleSource Start(DiagnosticPort port, CollectRequest request, SampleBurst burst, TargetId target, Catalog catalog, Ledger ledger, TargetSymbols symbols, EventRing ring, Action<AttachFailure> onFailure) =>
        new(ring, catalog.Clock, oneIn => new NettraceTranslator(target, catalog, ledger, ring, symbols, StreamClock.Live(catalog.Clock), Name, burst.Weight * oneIn), port, request, burst, onFailure);

    /// <summary>Which bursts are taken: one in so many, none at 0. Set by any thread; holds from the next burst on.</summary>
    public int OneIn
    {
        get => Volatile.Read(ref _oneIn);
        set => Volatile.Write(ref _oneIn, value);
    }
    int _oneIn = 1;

    async Task RunAsync(Func<int, NettraceTranslator> translatorOf, DiagnosticPort port, CollectRequest request, SampleBurst burst)
    {
        var pause = new CancellationTokenSource();
        var pausing = PromiseAsync(pause.Token);
        await foreach (var attempt in SampleBursts.RunAsync(port, request, burst, () => _breaker.MillisLeft > 0 ? 0 : OneIn, _stop.Token))
        {
            if (!attempt.Try(out var session, out var failure))
            {
                _breaker.Failed(failure.Message);
                _onFailure(failure);
                continue;
            }
            _breaker.Worked();
            await pause.CancelAsync();
            await pausing;
            await Task.Factory.StartNew(() => Read(session, translatorOf(Math.Max(1, OneIn))), TaskCreationOptions.LongRunning);
            pause = new();
            pausing = PromiseAsync(pause.Token);
        }
        await pause.CancelAsync();
        await pausing;
        _ring.Advance(EventTime.Max);
    }

    static void Read(EventPipeSession session, NettraceTranslator translator)
    {
        NettraceReader.Read(session.Stream, translator, new NettraceOptions { WaitForData = session.WaitForData });
        translator.End();
    }

    // One writer at a time: this one only between bursts.
    async Task PromiseAsync(CancellationToken burstBegins)
    {
        while (!burstBegins.IsCancellationRequested)
        {
            _ring.Advance(_clock.Now);
            await Task.Delay(TickMillis, burstBegins).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }
}
