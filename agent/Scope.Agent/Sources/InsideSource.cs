// The collector inside the target as a source of events: a thread of its own that reads the shared rings two hundred times a
// second and gives the collector its signs of life. What comes is in the order of time; of the last moments nothing is taken
// yet, because a thread that was about to tell of them may have been kept from it.
using System.Diagnostics;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Symbols;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

/// <summary>Reads what is told from inside a target until it is disposed.</summary>
sealed class InsideSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "collector";

    const int LookMillis = 5;
    const int LooksBetweenAccounts = 200;
    const int OpenMillis = 10; // Within that a thread publishes what it took the time of, nearly always; else it counts as late.

    static readonly long OpenTicks = Stopwatch.Frequency * OpenMillis / 1000;

    readonly Collector _collector;
    readonly HookTranslator _translator;
    readonly EventRing _ring;
    readonly int _pid;
    readonly Action<string> _note;
    readonly CancellationTokenSource _stop = new();
    readonly Thread _thread;
    bool _toldOff;

    InsideSource(Collector collector, HookTranslator translator, EventRing ring, int pid, Action<string> note)
    {
        (_collector, _translator, _ring, _pid, _note) = (collector, translator, ring, pid, note);
        _thread = new(Run) { IsBackground = true, Name = "scope " + Name };
    }

    /// <summary>The collector's assembly, as it goes along with us.</summary>
    public static byte[] Assembly
    {
        get
        {
            using var stream = typeof(InsideSource).Assembly.GetManifestResourceStream("collector.dll")!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>Loads the collector and begins to read.</summary>
    public static async Task<Attempt<InsideSource>> StartAsync(DiagnosticPort port, HookFeatures wanted, TargetId target, Catalog catalog, Ledger ledger, TargetSymbols symbols, EventRing ring, Action<string> note, CancellationToken cancel)
    {
        if (!(await Collector.LoadAsync(port, Assembly, wanted, cancel)).Try(out var collector, out var failure)) return failure;
        var source = new InsideSource(collector, new(target, catalog, ledger, ring, symbols, collector.Reader, collector.Names, Name), ring, port.Pid, note);
        source._thread.Start();
        return source;
    }

    void Run()
    {
        for (var look = 1; !_stop.Token.WaitHandle.WaitOne(LookMillis); look++)
        {
            _collector.Beat();
            _translator.Read(Stopwatch.GetTimestamp() - OpenTicks);
            if (look % LooksBetweenAccounts == 0) Account();
        }
        // No writer is left when it has ended, so that all is read then.
        var hasEnded = _collector.End();
        _translator.Read(long.MaxValue);
        if (hasEnded) _collector.GiveBackMemory();
        _translator.TellLedger(EventTime.Now);
        _ring.Advance(EventTime.Max);
    }

    void Account()
    {
        _translator.TellLedger(EventTime.Now);
        _collector.Reader.Reap(IsGone);
        if (_collector.IsActive || _toldOff) return;
        _toldOff = true;
        _note($"the collector inside the target turned itself off at {EventTime.Now} ({_collector.Reader.State}): from then on no activities are told");
    }

    bool IsGone(int thread) => !Directory.Exists($"/proc/{_pid}/task/{thread}");

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        _thread.Join();
        _collector.Dispose();
        return default;
    }
}
