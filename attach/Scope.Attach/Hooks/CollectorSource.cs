// A collector as a source of events: a thread of its own that reads the shared rings two hundred times a second and gives the
// collector its signs of life. What comes is in the order of time; of the last moments nothing is taken yet, because a thread
// that was about to tell of them may have been kept from it.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>Reads what a collector tells until it is disposed.</summary>
public sealed class CollectorSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "collector";

    const int LookMillis = 5;
    const int LooksBetweenReaps = 20; // A service that makes a thousand threads a second finds rings for all.
    const int LooksBetweenAccounts = 200;
    const int WakeMillis = 1000;
    const int OpenMillis = 30; // Within that a thread publishes what it took the time of, nearly always; else it counts as late.

    static readonly long OpenTicks = Stopwatch.Frequency * OpenMillis / 1000;

    readonly Collector _collector;
    readonly Func<HookTranslator> _translatorOf;
    readonly RecordingClock _clock;
    readonly int _pid;
    readonly IEventSink _sink;
    readonly Action<string> _note;
    readonly CancellationTokenSource _stop = new();
    readonly Thread _thread;
    HookTranslator _translator;
    Task _waking = Task.CompletedTask;
    int _woken, _renewals;
    bool _toldOff;

    CollectorSource(Collector collector, Func<HookTranslator> translatorOf, RecordingClock clock, int pid, IEventSink sink, Action<string> note)
    {
        (_collector, _translatorOf, _translator, _clock, _pid, _sink, _note) = (collector, translatorOf, translatorOf(), clock, pid, sink, note);
        _thread = new(Run) { IsBackground = true, Name = "scope " + Name };
    }

    /// <summary>Loads the collector and begins to read.</summary>
    /// <param name="port">The process.</param>
    /// <param name="assembly">The collector's assembly as it was built.</param>
    /// <param name="wanted">What it is to tell.</param>
    /// <param name="catalog">The dictionaries of the recording.</param>
    /// <param name="ledger">The account of the recording.</param>
    /// <param name="symbols">The process's method map.</param>
    /// <param name="sink">Where the events go; advanced to the end of time when there will be no more.</param>
    /// <param name="note">Takes a sentence when something went wrong meanwhile.</param>
    /// <param name="cancel">Gives up loading.</param>
    public static async Task<Attempt<CollectorSource>> StartAsync(DiagnosticPort port, byte[] assembly, HookFeatures wanted, Catalog catalog, Ledger ledger, TargetSymbols symbols, IEventSink sink, Action<string> note, CancellationToken cancel = default)
    {
        if (!(await Collector.LoadAsync(port, assembly, wanted, cancel)).Try(out var collector, out var failure)) return failure;
        return Start(collector, port.Pid, catalog, ledger, symbols, sink, note);
    }

    /// <summary>Begins to read a collector that has answered. What a mistake of ours keeps from being told is set aside; where nobody does, it is thrown.</summary>
    public static CollectorSource Start(Collector collector, int pid, Catalog catalog, Ledger ledger, TargetSymbols symbols, IEventSink sink, Action<string> note, Action<DeadLetter>? setAside = null)
    {
        var source = new CollectorSource(collector, () => new(symbols.Target, catalog, ledger, sink, symbols, collector.Reader, collector.Names, Name, setAside), catalog.Clock, pid, sink, note);
        source._thread.Start();
        return source;
    }

    void Run()
    {
        for (var look = 1; !_stop.Token.WaitHandle.WaitOne(LookMillis) && IsWell(); look++)
        {
            _collector.Beat();
            _translator.Read(Stopwatch.GetTimestamp() - OpenTicks);
            if (look % LooksBetweenReaps == 0) _collector.Reader.Reap(IsGone);
            if (look % LooksBetweenAccounts == 0) Account();
            if (_collector.Reader.State == HookState.AgentSilent && _waking.IsCompleted && _woken < Limits.Rearmings) _waking = WakeAsync();
        }
        _waking.Wait();
        // No writer is left when it has ended, so that all is read then.
        var hasEnded = _collector.End();
        _translator.Read(long.MaxValue);
        if (hasEnded) _collector.GiveBackMemory();
        _translator.End(_clock.Now);
        _sink.Advance(EventTime.Max);
    }

    // Another translator takes the place of one that nothing good comes of; not for ever.
    bool IsWell()
    {
        if (_translator.GivenUp is not { } why) return true;
        _translator.TellLedger(_clock.Now);
        var isLast = _renewals++ == Limits.Renewals;
        _note($"the records of the collector could not be read at {_clock.Now} ({why}): {(isLast ? "it is turned off, and from then on no activities are told" : "reading was begun anew")}");
        if (!isLast) _translator = _translatorOf();
        return !isLast;
    }

    void Account()
    {
        _translator.TellLedger(_clock.Now);
        if (_collector.IsActive || _toldOff || _collector.Reader.State == HookState.AgentSilent && _woken < Limits.Rearmings) return;
        _toldOff = true;
        _note($"the collector inside the target turned itself off at {_clock.Now} ({_collector.Reader.State}): from then on no activities are told");
    }

    // We stood still for so long that it took us for dead, as a laptop does that sleeps, or a process that is stopped.
    async Task WakeAsync()
    {
        _woken++;
        var failure = await _collector.WakeAsync();
        _note(failure is null ? $"we stood still, and the collector inside the target turned itself off; it was woken at {_clock.Now}: what activities did in between is not told"
            : $"the collector inside the target turned itself off when we stood still, and could not be woken: {failure.Message}");
        for (var watch = Stopwatch.StartNew(); failure is null && _collector.Reader.State == HookState.AgentSilent && watch.ElapsedMilliseconds < WakeMillis; await Task.Delay(LookMillis)) _collector.Beat();
    }

    bool IsGone(int thread) => !Directory.Exists($"/proc/{_pid}/task/{thread}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _thread.Join();
        _collector.Dispose();
        return default;
    }
}
