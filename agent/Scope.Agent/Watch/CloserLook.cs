// A closer look at one target for a while, as rules ask for it: the deep profile, or the probes of the configuration. The deep
// profile is a recording of its own, begun before the other ends, so nothing falls between; probes belong to the recording that
// runs, which is not followed by the next meanwhile. Afterwards the target is asked what it was asked before, and methods run
// their old code. If we die, its sessions end with our sockets and the library puts old code back within seconds; what stays is
// that library, idle, and the flow of activity ids, as after every recording and every probe.
using Scope.Agent.Sources;
using Scope.Agent.Watch.Actions;
using Scope.Attach.Profiles;
using Scope.Events;

namespace Scope.Agent.Watch;

/// <summary>What one target is asked beyond the usual, and until when.</summary>
/// <param name="context">What targets have in common.</param>
/// <param name="target">The target.</param>
sealed class CloserLook(WatchContext context, WatchedTarget target)
{
    static readonly string Deepest = ProfileTable.All[^1].Name;

    readonly Lock _lock = new();
    readonly CircuitBreaker _probes = new(firstPauseMillis: 60_000, longestPauseMillis: 3_600_000); // A try reads the metadata of all that is loaded.
    TaskCompletionSource<string?>? _turning;
    Task _probing = Task.CompletedTask;
    DateTime _deepUntil;
    bool _hasEnded;

    /// <summary>The rule by which the target is to be recorded now.</summary>
    public TargetRule Of(TargetRule usual) => DateTime.UtcNow < _deepUntil ? usual with { Profile = Deepest } : usual;

    /// <summary>Whether the recording that runs may be followed by another: it has no probes.</summary>
    public bool LetsGo => _probing.IsCompleted;

    /// <summary>A recording of another profile has begun, or could not.</summary>
    public void Turned(string? problem)
    {
        if (problem is not null) _deepUntil = default;
        Interlocked.Exchange(ref _turning, null)?.TrySetResult(problem);
    }

    /// <summary>Has the deep profile recorded; done when it is.</summary>
    public async Task<ActionOutcome> DeepenAsync(TimeSpan lasting)
    {
        var until = DateTime.UtcNow + lasting;
        var turned = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_hasEnded) return new(false, "the target has ended");
            var isDeep = target.Recorder.Settings.Profile.Name == Deepest;
            if (isDeep && DateTime.UtcNow >= _deepUntil) return new(true, "its profile is that one anyway");
            if (until > _deepUntil) _deepUntil = until;
            if (isDeep) return new(true, $"it is on already, until {_deepUntil:HH:mm:ss} UTC from now on");
            turned = _turning ??= turned;
        }
        return await turned.Task is { } problem ? new(false, problem) : new(true, $"until {until:HH:mm:ss} UTC, in a recording of its own");
    }

    /// <summary>Sets the probes of the configuration; done when they are in.</summary>
    public async Task<ActionOutcome> ProbeAsync(TimeSpan lasting)
    {
        if (context.ProbesAreOn) return new(true, "they are in anyway");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_probing.IsCompleted) return new(false, "probes of an earlier firing are still in");
            if (_probes.Resting is { } resting) return new(false, resting);
            _probing = done.Task;
        }
        var problems = new List<string>();
        var recorder = target.Recorder;
        if (!(await recorder.SetProbesAsync(context.Probes, problems.Add, CancellationToken.None)).Try(out var source, out var failure))
        {
            _probes.Failed(failure.Message);
            done.SetResult();
            return new(false, string.Join("; ", [failure.Message, .. problems]));
        }
        _probes.Worked();
        _ = EndProbesAsync(recorder, source, lasting, done);
        return new(true, string.Join("; ", [$"{source.Session.Probes.Count} methods for {lasting.TotalSeconds:0.#} s", .. problems]));
    }

    /// <summary>Waits until no method is probed; nobody waits for a recording of another profile any more.</summary>
    public Task EndAsync()
    {
        lock (_lock) _hasEnded = true;
        Turned("the target has ended, or watching does");
        return _probing;
    }

    async Task EndProbesAsync(Recorder recorder, ProbeSource source, TimeSpan lasting, TaskCompletionSource done)
    {
        await Task.WhenAny(source.Session.Ended, recorder.Ended, Task.Delay(lasting, CancellationToken.None));
        var isReverted = await source.Session.StopAsync();
        await recorder.RemoveAsync(source);
        done.SetResult();
        context.Audit.Add("probes ended", isReverted ? "every method runs its old code again" : $"the target did not confirm that its methods run their old code again; the library puts it back by itself within {Limits.ProbeSilenceMillis / 1000} s", target, done: isReverted);
    }
}
