// Snapshots in a recording: at its end, and when a finding first fires, which is the worst moment that we know of, or when a cause
// asks for one: the heap grows, or the target hardly runs and may hang since before we came. Each
// holds the target for a moment within the budget; working it out goes on while it runs. One that fails is a note, and the
// recording goes on.
using System.Collections.Concurrent;
using Scope.Attach.Snapshots;
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight;
using Scope.Pipeline.Ring;
using Scope.Store.Hot;
using Scope.Store.Recordings;

namespace Scope.Agent.Sources;

/// <summary>Takes the snapshots of one recording.</summary>
sealed class SnapshotSource : IAsyncDisposable
{
    /// <summary>The source's name in the ledger.</summary>
    public const string Name = "snapshots";

    const long SameNanos = 3_000_000_000;   // A second snapshot so soon after another would tell the same.

    readonly TargetInfo _info;
    readonly TargetId _target;
    readonly HotIndex _index;
    readonly Ledger _ledger;
    readonly string _folder;
    readonly EventRing _ring;
    readonly RecorderSettings _settings;
    readonly Action<string> _note;
    readonly NameId _summaryKey;
    readonly ConcurrentQueue<ScopeEvent> _told = new();
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _one = new(1);
    readonly CircuitBreaker _breaker = new(firstPauseMillis: 10_000, longestPauseMillis: 600_000); // Each try may hold the target.
    readonly Lock _lock = new();
    readonly Task _telling;
    readonly List<Task> _working = [];
    Severity? _worst;
    bool _wanted;
    EventTime? _last;
    int _count;

    /// <param name="info">The target.</param>
    /// <param name="target">Its id.</param>
    /// <param name="index">Gets the snapshots.</param>
    /// <param name="ledger">The account of events.</param>
    /// <param name="folder">The recording's folder.</param>
    /// <param name="ring">Gets an event for each.</param>
    /// <param name="settings">When they are taken, and how long the target may stand still.</param>
    /// <param name="note">Takes a sentence when one failed.</param>
    public SnapshotSource(TargetInfo info, TargetId target, HotIndex index, Ledger ledger, string folder, EventRing ring, RecorderSettings settings, Action<string> note)
    {
        (_info, _target, _index, _ledger, _folder, _ring, _settings, _note) = (info, target, index, ledger, folder, ring, settings, note);
        _summaryKey = index.Catalog.Names.Intern("summary");
        _telling = TellAsync();
    }

    /// <summary>
    /// Sees a live diagnosis: takes a snapshot when it finds something bad for the first time, or something worse than before; and one
    /// when a cause cannot tell without.
    /// </summary>
    public void See(Diagnosis diagnosis)
    {
        if (_settings.SnapshotAtWorst && !_wanted && _last is null && diagnosis.SnapshotWanted.Length > 0)
        {
            _wanted = true;
            _ = TakeAsync(SnapshotReason.Worst, diagnosis.SnapshotWanted);
            return;
        }
        if (!_settings.SnapshotAtWorst || diagnosis.Findings.Where(f => f.Severity >= Severity.Warning).MaxBy(f => f.Severity) is not { } finding || finding.Severity <= _worst) return;
        _worst = finding.Severity;
        _ = TakeAsync(SnapshotReason.Worst, $"{finding.Cause}: {finding.Culprit}");
    }

    /// <summary>Takes one because somebody asks; done when the target has been let go, with why there is none.</summary>
    public Task<string?> TakeAsync(string why) => TakeAsync(SnapshotReason.Asked, why);

    /// <summary>Takes the last one, where it is wanted; done when the target has been let go.</summary>
    public Task TakeLastAsync() => _settings.SnapshotAtEnd && (_last is not { } last || _index.Catalog.Clock.Now - last > SameNanos) ? TakeAsync(SnapshotReason.End, "") : Task.CompletedTask;

    /// <summary>Waits until all that were taken are worked out and written.</summary>
    public Task WorkedOutAsync()
    {
        lock (_lock) return Task.WhenAll(_working);
    }

    Task<string?> TakeAsync(SnapshotReason reason, string text)
    {
        var released = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _last = _index.Catalog.Clock.Now;
            _working.Add(Task.Factory.StartNew(() => Take(reason, text, released), TaskCreationOptions.LongRunning));
        }
        return released.Task;
    }

    void Take(SnapshotReason reason, string text, TaskCompletionSource<string?> released)
    {
        // One after the other: each takes as much memory as the target has.
        _one.Wait();
        string? problem = null;
        try
        {
            if ((problem = _breaker.Resting) is not null) return;
            var number = Interlocked.Increment(ref _count);
            var attempt = Snapshotter.Take(new SnapshotRequest
            {
                Pid = _info.Pid, RuntimeVersion = _info.RuntimeVersion, MaxPauseMillis = _settings.MaxPauseMillis, Number = number, Reason = reason, ReasonText = text,
                Released = pause =>
                {
                    Tell(number, pause);
                    released.TrySetResult(null);
                },
            });
            if (attempt.Try(out var snapshot, out var failure))
            {
                _breaker.Worked();
                Keep(snapshot);
                return;
            }
            _breaker.Failed(problem = failure.Message);
            _note($"no snapshot {WhenOf(reason)}: {problem}");
        }
        finally
        {
            released.TrySetResult(problem);
            _one.Release();
        }
    }

    static string WhenOf(SnapshotReason reason) => reason switch
    {
        SnapshotReason.End => "at the end",
        SnapshotReason.Asked => "when it was asked for",
        _ => "when a finding fired",
    };

    void Keep(Snapshot snapshot)
    {
        _index.Add(snapshot);
        try
        {
            SnapshotFile.Write(_folder, snapshot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _note($"snapshot {snapshot.Number} is in this report only: it could not be written ({e.Message})");
        }
    }

    void Tell(int number, SnapshotPause pause) => _told.Enqueue(SnapshotEvents.Of(_index.Catalog, _target, _summaryKey, number, pause));

    // A ring has one writer.
    async Task TellAsync()
    {
        var captured = 0;
        await QuietRing.RunAsync(_ring, _index.Catalog.Clock, now =>
        {
            while (_told.TryDequeue(out var e))
            {
                e.Time = now;
                _ring.Append(e);
                captured++;
            }
        }, _stop.Token);
        _ledger.Captured(Name, captured);
        _ring.Advance(EventTime.Max);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _telling;
    }
}
