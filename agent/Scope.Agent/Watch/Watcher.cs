// Watch mode: looks for processes, attaches to those that rules name, runs each until it ends, and follows the next process of
// the same service. One attach at a time: each makes its target tell all its names.
using Scope.Agent.Watch.Operations;
using Scope.Agent.Watch.Triggers;
using Scope.Attach.Processes;
using Scope.Store.Spool;

namespace Scope.Agent.Watch;

/// <summary>Watches until it is told to stop.</summary>
/// <param name="context">What targets have in common.</param>
sealed class Watcher(WatchContext context)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromMinutes(5);

    readonly IReadOnlyList<TargetRule> _rules = context.Watch.Targets.Count > 0 ? context.Watch.Targets : TargetRule.Usual;
    readonly Dictionary<int, Refusal> _refused = [];
    readonly Dictionary<WatchedTarget, Task> _targets = [];
    readonly Lock _lock = new();
    readonly DateTime _started = DateTime.UtcNow;
    DateTime _minute = MinuteOf(DateTime.UtcNow), _looked = DateTime.UtcNow;

    /// <summary>A process that could not be attached to.</summary>
    readonly record struct Refusal(string Process, string Why, DateTime Again, TimeSpan Pause);

    /// <summary>The targets that are watched now.</summary>
    public IReadOnlyList<WatchedTarget> Targets
    {
        get
        {
            lock (_lock) return [.. _targets.Keys];
        }
    }

    /// <summary>How it stands.</summary>
    public WatchState State()
    {
        (string, string)[] refused;
        lock (_lock) refused = [.. _refused.Select(r => (r.Value.Process, r.Value.Why))];
        return new(_started, _looked, [.. Targets.Select(t => t.State())], refused, SpoolNow(), context.Fired);
    }

    /// <summary>Somebody calls a webhook: the rules of that name fire, for the targets of a service or for all; null where no rule has it.</summary>
    public IReadOnlyList<(string Rule, string Service, int Pid, bool Fired)>? Call(string name, string? service)
    {
        var rules = context.Rules.Where(r => r.Trigger.Sort == TriggerSort.Call && r.Of == name).ToList();
        return rules.Count == 0 ? null
            : [.. from rule in rules from target in Targets where (service is null || service == target.Service) && (rule.Service?.Matches(target.Service) ?? true)
                select (rule.Name, target.Service, target.Pid, context.Fire(rule, target, target.Recorder.Now, $"POST /trigger/{name}"))];
    }

    SpoolStatus? SpoolNow()
    {
        try
        {
            return context.Spool.Status();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Runs until it is told to stop; then every target is let go in order.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var finder = new ProcessFinder([.. _rules.Select(r => r.Processes)]);
        context.Audit.Add("started", $"{_rules.Count} rules for targets, {context.Rules.Count} for what is done");
        while (!stop.IsCancellationRequested)
        {
            var all = finder.Look();
            lock (_lock)
                foreach (var gone in _refused.Keys.Where(pid => !all.Any(f => f.Process.Pid == pid)).ToList()) _refused.Remove(gone);
            foreach (var found in all)
                if (!stop.IsCancellationRequested) await TakeAsync(finder, found, stop);
            LookAtClock();
            _looked = DateTime.UtcNow;
            await Task.Delay(context.Watch.Poll, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.Hurry();
        Task[] running;
        lock (_lock) running = [.. _targets.Values];
        await Task.WhenAll(running);
        context.Audit.Add("stopped", "");
    }

    async Task TakeAsync(ProcessFinder finder, FoundProcess found, CancellationToken stop)
    {
        var process = found.Process;
        if (_refused.TryGetValue(process.Pid, out var refusal) && DateTime.UtcNow < refusal.Again) return;
        if (process.Obstacle is { } obstacle) Refuse(process, obstacle.Message);
        else if (Targets.Count >= context.Watch.MostTargets) Refuse(process, $"{context.Watch.MostTargets} targets are watched, as many as watch.most_targets allows");
        else if (!(await WatchedTarget.AttachAsync(context, process, _rules[found.Pattern], stop)).Try(out var target, out var failure)) Refuse(process, failure.Message);
        else
        {
            lock (_lock) _refused.Remove(process.Pid);
            finder.Take(process.Pid);
            context.Audit.Add("attached", $"profile {target.Recorder.Settings.Profile.Name}", target, folder: target.Recorder.Folder);
            lock (_lock) _targets[target] = Task.CompletedTask;
            ShareAgain();
            lock (_lock) _targets[target] = Task.Run(() => RunAsync(finder, target, stop), CancellationToken.None);
        }
    }

    // Told when it is new; after that it is tried again and again, at growing distances.
    void Refuse(DotnetProcess process, string why)
    {
        var before = _refused.GetValueOrDefault(process.Pid);
        if (before.Why != why) context.Audit.Add("attach", $"{process.Name} ({process.Pid}): {why}", done: false);
        var pause = before.Why == why ? TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, before.Pause.Ticks * 2)) : FirstPause;
        lock (_lock) _refused[process.Pid] = new($"{process.Name} ({process.Pid})", why, DateTime.UtcNow + pause, pause);
    }

    async Task RunAsync(ProcessFinder finder, WatchedTarget target, CancellationToken stop)
    {
        try
        {
            var gone = await target.RunAsync(stop);
            await context.DoneAsync(target);
            context.Audit.Add("ended", gone ? "the process has ended" : stop.IsCancellationRequested ? "watching ends" : "its tracing broke off", target);
            if (!gone || ProcessList.Read(target.Pid) is not null) finder.GiveBack(target.Pid); // It may be another program by now.
        }
        catch (Exception bug) when (bug is not OutOfMemoryException)
        {
            // A mistake in the recording of one target must not take the others with it.
            context.Audit.Add("ended", $"a bug of ours, please report it: {bug}", target, done: false);
        }
        finally
        {
            await target.DisposeAsync();
            lock (_lock) _targets.Remove(target);
            ShareAgain();
        }
    }

    void ShareAgain()
    {
        var targets = Targets;
        var shares = context.SharesOf(targets.Count);
        foreach (var target in targets) target.Share(shares);
    }

    static DateTime MinuteOf(DateTime time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute, DateTimeKind.Utc);

    // Once in each minute, also one in which nobody looked as an attach took long.
    void LookAtClock()
    {
        var now = DateTime.UtcNow;
        if (now < _minute) _minute = MinuteOf(now); // The clock was set back: what was due until then is done.
        while (_minute.AddMinutes(1) <= now)
        {
            _minute = _minute.AddMinutes(1);
            foreach (var rule in context.Rules.Where(r => r.Trigger.Sort == TriggerSort.Time && CronTime.TryParse(r.Of)!.IsIn(_minute)))
                foreach (var target in Targets.Where(t => rule.Service?.Matches(t.Service) ?? true)) context.Fire(rule, target, target.Recorder.Now, $"it is the time {rule.Of}");
        }
    }
}
