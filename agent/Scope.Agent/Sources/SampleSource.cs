// CPU samples in bursts, as a source of events: a session for a second, then a pause, again and again, into one ring.
// In a pause the ring's promise goes on with the clock, so that nobody waits for it; in a burst the stream makes it.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Attach.Sessions;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Samples a target until it is disposed or the target ends.</summary>
sealed class SampleSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "CPU samples";

    const int TickMillis = 50; // How far a pause may hold the merge back.

    readonly CancellationTokenSource _stop = new();
    readonly CircuitBreaker _breaker = new(firstPauseMillis: 5_000, longestPauseMillis: 300_000);
    readonly SourcePlace _place;
    readonly TargetSymbols _symbols;
    readonly Action<AttachFailure> _onFailure;
    readonly Task _running;

    SampleSource(SourcePlace place, TargetSymbols symbols, CollectRequest request, SampleBurst burst, Action<AttachFailure> onFailure)
    {
        (_place, _symbols, _onFailure) = (place, symbols, onFailure);
        _running = RunAsync(request, burst);
    }

    /// <summary>Begins to sample.</summary>
    public static SampleSource Start(SourcePlace place, TargetSymbols symbols, CollectRequest request, SampleBurst burst, Action<AttachFailure> onFailure) => new(place, symbols, request, burst, onFailure);

    /// <summary>Which bursts are taken: one in so many, none at 0. Set by any thread; holds from the next burst on.</summary>
    public int OneIn
    {
        get => Volatile.Read(ref _oneIn);
        set => Volatile.Write(ref _oneIn, value);
    }
    int _oneIn = 1;

    async Task RunAsync(CollectRequest request, SampleBurst burst)
    {
        var pause = new CancellationTokenSource();
        var pausing = PromiseAsync(pause.Token);
        await foreach (var attempt in SampleBursts.RunAsync(_place.Port, request, burst, () => _breaker.MillisLeft > 0 ? 0 : OneIn, _stop.Token))
        {
            if (!attempt.Try(out var session, out var failure))
            {
                _breaker.Failed(failure.Message);
                _onFailure(failure);
                continue;
            }
            await pause.CancelAsync();
            await pausing;
            var translator = _place.TranslatorOf(Name, _symbols, burst.Weight * Math.Max(1, OneIn));
            var outcome = await Task.Factory.StartNew(() => Read(session, translator), TaskCreationOptions.LongRunning);
            if (outcome.End == NettraceEnd.Broken) _breaker.Failed(outcome.Reason);
            else _breaker.Worked();
            pause = new();
            pausing = PromiseAsync(pause.Token);
        }
        await pause.CancelAsync();
        await pausing;
        _place.Ring.Advance(EventTime.Max);
    }

    // The next burst has another translator: this one is read for as long as anything good comes of it.
    static NettraceOutcome Read(EventPipeSession session, NettraceTranslator translator)
    {
        var outcome = translator.Read(session.Stream, new() { WaitForData = session.WaitForData, GivenUp = () => translator.GivenUp });
        if (outcome.End == NettraceEnd.Broken) session.Stream.CopyTo(Stream.Null);
        return outcome;
    }

    // One writer at a time: this one only between bursts.
    async Task PromiseAsync(CancellationToken burstBegins)
    {
        while (!burstBegins.IsCancellationRequested)
        {
            _place.Ring.Advance(_place.Catalog.Clock.Now);
            await Task.Delay(TickMillis, burstBegins).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }
}
