// What is told from inside the target, as a source of a recording. A program that waits at its start is told to load the
// collector then, and the collector answers when the program has begun; if it does not, the bridge is asked after all.
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>The collector of one recording.</summary>
sealed class InsideSource : IAsyncDisposable
{
    const int BeginMillis = 10_000; // What a program may take from its first instruction to its startup hooks.

    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Func<Collector, CollectorSource> _read;
    readonly EventRing _ring;
    Task _answering = Task.CompletedTask;
    CollectorSource? _source;

    InsideSource(Func<Collector, CollectorSource> read, EventRing ring) => (_read, _ring) = (read, ring);

    /// <summary>Has the collector loaded and begins to read it, or says why it cannot be.</summary>
    /// <param name="place">Where the events go; its ring is finished when there will be none.</param>
    /// <param name="wanted">What it is to tell.</param>
    /// <param name="symbols">The process's method map.</param>
    /// <param name="noAnswer">For a process that waits at its start: what to do when nothing answers once it has begun; null for one that runs.</param>
    /// <param name="cancel">Gives up loading.</param>
    public static async Task<Attempt<InsideSource>> StartAsync(SourcePlace place, HookFeatures wanted, TargetSymbols symbols, Func<AttachFailure, Task>? noAnswer, CancellationToken cancel)
    {
        var source = new InsideSource(collector => CollectorSource.Start(collector, place.Port.Pid, place.Catalog, place.Ledger, symbols, place.Ring, place.Note, place.SetAside), place.Ring);
        if (!(await CollectorCall.MakeAsync(place.Port, CollectorAssembly.Read(), wanted, cancel)).Try(out var call, out var failure))
        {
            place.Ring.Advance(EventTime.Max);
            return failure;
        }
        if (noAnswer is null) return await source.AnswerAsync(call, call.AnswerAsync(cancel: cancel)) is { } silent ? silent : source;
        source._answering = source.AnswerLaterAsync(call, noAnswer);
        return source;
    }

    /// <summary>The process no longer waits at its start.</summary>
    public void HasBegun() => _begun.TrySetResult();

    async Task<AttachFailure?> AnswerAsync(CollectorCall call, Task<Attempt<Collector>> answer)
    {
        using (call)
            if ((await answer).Try(out var collector, out var failure))
            {
                _source = _read(collector);
                return null;
            }
            else
            {
                _ring.Advance(EventTime.Max);
                return failure;
            }
    }

    async Task AnswerLaterAsync(CollectorCall call, Func<AttachFailure, Task> noAnswer)
    {
        await Task.WhenAny(_begun.Task, Task.Delay(Timeout.Infinite, _stop.Token));
        if (await AnswerAsync(call, call.AnswerAsync(BeginMillis, _stop.Token)) is { } failure && !_stop.IsCancellationRequested) await noAnswer(failure);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _answering;
        if (_source is not null) await _source.DisposeAsync();
    }
}
