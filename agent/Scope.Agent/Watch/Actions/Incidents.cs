// Runs the actions of incidents: those at once, then, when the time after the trigger is over, those that need it, then the
// rest. And keeps what incidents leave on the disk within its bound: the oldest goes first, and that is told.
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch.Actions;

/// <summary>All incidents of one run.</summary>
sealed class Incidents
{
    readonly AuditLog _audit;
    readonly long _bytes;
    readonly CancellationTokenSource _hurry = new();
    readonly SemaphoreSlim _one = new(1);
    readonly Lock _lock = new();
    readonly List<(WatchedTarget Target, Task Work)> _running = [];

    /// <param name="folder">The folder of watch.</param>
    /// <param name="bytes">What they may take on the disk.</param>
    /// <param name="audit">The audit log.</param>
    public Incidents(string folder, long bytes, AuditLog audit)
    {
        (Folder, _bytes, _audit) = (Path.Combine(folder, "incidents"), bytes, audit);
        if (!Directory.Exists(Folder)) RecordingFolder.Make(Folder);
    }

    /// <summary>The folder that they are kept in.</summary>
    public string Folder { get; }

    /// <summary>Whether reports can be written; asked by one incident at a time.</summary>
    public CircuitBreaker Reports { get; } = new(firstPauseMillis: 60_000, longestPauseMillis: 3_600_000);

    /// <summary>Begins to do what a rule says.</summary>
    public void Begin(Incident incident)
    {
        lock (_lock)
        {
            _running.RemoveAll(r => r.Work.IsCompleted);
            _running.Add((incident.Target, Task.Run(() => RunAsync(incident))));
        }
    }

    /// <summary>Waits for all of one target.</summary>
    public Task DoneAsync(WatchedTarget target)
    {
        lock (_lock) return Task.WhenAll(_running.Where(r => r.Target == target).Select(r => r.Work));
    }

    /// <summary>Waits for nothing more that is only time.</summary>
    public void Hurry() => _hurry.Cancel();

    async Task RunAsync(Incident incident)
    {
        await RunAsync(incident, ActionTurn.AtOnce);
        if (incident.Rule.Do.Any(a => a.Turn == ActionTurn.Afterwards)) await AfterAsync(incident);
        await _one.WaitAsync(); // Reading the past takes memory: one incident at a time.
        try
        {
            await RunAsync(incident, ActionTurn.Afterwards);
            incident.ForgetEmpty();
            KeepWithinBound(incident);
        }
        finally
        {
            _one.Release();
        }
        await RunAsync(incident, ActionTurn.Last);
    }

    // Until the time after the trigger is over and written, or there is no more to come.
    async Task AfterAsync(Incident incident)
    {
        var left = incident.To - incident.Target.Recorder.Now + Limits.IncidentSettleMillis * 1_000_000L;
        if (left > 0) await Task.WhenAny(Task.Delay(TimeSpan.FromTicks(left / 100), CancellationToken.None), incident.Target.Recorder.Ended, Task.Delay(Timeout.Infinite, _hurry.Token));
    }

    async Task RunAsync(Incident incident, ActionTurn turn)
    {
        foreach (var action in incident.Rule.Do.Where(a => a.Turn == turn))
        {
            ActionOutcome outcome;
            try
            {
                outcome = await action.Run(incident, CancellationToken.None);
            }
            catch (Exception bug) when (bug is not OutOfMemoryException)
            {
                outcome = new(false, $"a bug of ours, please report it: {bug}"); // One action must not keep the others from being done.
            }
            _audit.Add(action.Word, outcome.Text, incident.Target, incident.Rule.Name, outcome.Done, incident.KeptIn);
        }
    }

    void KeepWithinBound(Incident newest)
    {
        try
        {
            var all = Directory.EnumerateDirectories(Folder).Select(folder => new DirectoryInfo(folder)).OrderBy(f => f.CreationTimeUtc).Select(f => (f.FullName, Bytes: f.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length))).ToList();
            var over = all.Sum(f => f.Bytes) - _bytes;
            foreach (var (folder, bytes) in all.Where(f => f.FullName != newest.KeptIn).TakeWhile(f => (over -= f.Bytes) > -f.Bytes))
            {
                Directory.Delete(folder, recursive: true);
                _audit.Add("removed", "incidents take more than watch.incidents_mb allows", folder: folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _audit.Add("removed", e.Message, done: false);
        }
    }
}
