// Looks for causes while the recording runs, so that the first findings are there within seconds of the attach.
using Scope.Events;
using Scope.Insight;
using Scope.Store;

namespace Scope.Agent.Sources;

/// <summary>Diagnoses the newest part of a growing history every few seconds, on a thread of its own.</summary>
sealed class LiveDiagnosis : IDisposable
{
    const long WindowNanos = 30_000_000_000;
    const int EveryMillis = 3000;

    readonly IHistory _history;
    readonly Action<Diagnosis>? _seen;
    readonly int _everyMillis;
    readonly CircuitBreaker _breaker = new(firstPauseMillis: 60_000, longestPauseMillis: 3_600_000); // A mistake seldom passes, and is dear: it walks all that is held.
    readonly ManualResetEventSlim _stop = new();
    readonly Thread _thread;
    volatile Diagnosis? _latest;

    /// <param name="history">The history that grows.</param>
    /// <param name="seen">Is shown each diagnosis, on its thread; must not wait.</param>
    /// <param name="everyMillis">How long it rests between two looks.</param>
    public LiveDiagnosis(IHistory history, Action<Diagnosis>? seen = null, int everyMillis = EveryMillis)
    {
        (_history, _seen, _everyMillis) = (history, seen, everyMillis);
        _thread = new(Run) { IsBackground = true, Name = "scope diagnosis", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>What was found at the last look; null before the first.</summary>
    public Diagnosis? Latest => _latest;

    /// <summary>Why there are no live findings for a while: a mistake in one of the causes; null while all is well.</summary>
    public Failing? Failing => _breaker.Now;

    void Run()
    {
        using var diagnostician = new Diagnostician();
        while (!_stop.Wait(_everyMillis))
        {
            var last = _history.Last;
            if (last == EventTime.Min || _breaker.MillisLeft > 0) continue;
            try
            {
                var diagnosis = diagnostician.Run(_history, last - WindowNanos, last + 1);
                _latest = diagnosis;
                _seen?.Invoke(diagnosis);
                _breaker.Worked();
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                // A mistake in one cause must not take the recording down with it.
                if (_breaker.Now is null) Console.Error.WriteLine($"scope-attach: no live findings for a while, the recording goes on; please report this: {bug}");
                _breaker.Failed(bug.Message);
            }
        }
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
    }
}
