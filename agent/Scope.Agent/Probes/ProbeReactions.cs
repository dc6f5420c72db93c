// What hits set off in a recording beside being told: a snapshot at that moment, and a recording of its own of the minute before
// and the seconds after, with its report, as watch keeps it for a rule. The first hits of the recording do, whichever set of
// probes they are of; what follows closely is in the first.
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent.Probes;

/// <summary>Reacts to the hits of one recording. Safe for any number of threads.</summary>
/// <param name="history">What is recorded.</param>
/// <param name="settings">How it is recorded.</param>
/// <param name="name">What recordings are called.</param>
/// <param name="snapshot">Takes a snapshot, for a reason.</param>
/// <param name="note">Takes a sentence about what was kept, or was not.</param>
sealed class ProbeReactions(IHistory history, RecorderSettings settings, string name, Func<string, Task> snapshot, Action<string> note)
{
    const int SettleMillis = 500; // What was told last is indexed by then.

    static readonly TimeSpan Before = TimeSpan.FromSeconds(60), After = TimeSpan.FromSeconds(10);

    readonly StreamClock _clock = StreamClock.OfMachine(history.Catalog.Clock);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();
    readonly List<Task> _freezes = [];
    int _snapshots;
    EventTime _lastSnapshot = EventTime.Min, _lastFreeze = EventTime.Min;

    /// <summary>Sees a hit; on the thread that reads them, which goes on at once.</summary>
    public void Take(ProbeCall call)
    {
        var (snaps, freezes) = (call.Probe.Spec.Snapshot || settings.SnapshotAtHit, call.Probe.Spec.Freeze);
        if (!snaps && !freezes) return;
        var at = _clock.At(call.BeginTicks + (call.DurationTicks ?? 0));
        lock (_lock)
        {
            if (snaps && _snapshots < Limits.ProbeSnapshots && IsFar(at, ref _lastSnapshot))
            {
                _snapshots++;
                _ = snapshot($"probe of {call.Probe.Method.Title}");
            }
            if (freezes && _freezes.Count < Limits.ProbeFreezes && IsFar(at, ref _lastFreeze)) _freezes.Add(Task.Run(() => FreezeAsync(call.Probe.Method.Title, at)));
        }
    }

    /// <summary>Done when all that was begun so far is.</summary>
    public Task Done
    {
        get
        {
            lock (_lock) return Task.WhenAll(_freezes);
        }
    }

    /// <summary>Nothing more will be recorded: what waits for the time after its hit is kept with what there is.</summary>
    public Task EndAsync()
    {
        _ended.TrySetResult();
        return Done;
    }

    static bool IsFar(EventTime at, ref EventTime last)
    {
        if (last != EventTime.Min && at - last < Limits.ProbeReactionMillis * 1_000_000L) return false;
        last = at;
        return true;
    }

    async Task FreezeAsync(string method, EventTime at)
    {
        await Task.WhenAny(_ended.Task, Task.Delay(After + TimeSpan.FromMilliseconds(SettleMillis)));
        try
        {
            var folder = RecordingFolder.Create(settings.OutputFolder, $"{name}-probe", at);
            var kept = FrozenRecording.Write(history, at - Nanos(Before), at + Nanos(After), folder, $"a probe of {method}", [$"kept because {method} was hit at {at}: the {Before.TotalSeconds:0} s before that and the {After.TotalSeconds:0} s after it, as far as they were recorded"], out _);
            if (kept == 0) Directory.Delete(folder, recursive: true);
            note(kept == 0 ? $"nothing was recorded around the hit of {method} at {at}" : $"{method} was hit at {at}: the time around it is kept in {folder}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserError)
        {
            note($"the time around the hit of {method} at {at} could not be kept: {e.Message}");
        }
    }

    static long Nanos(TimeSpan time) => time.Ticks * 100;
}
