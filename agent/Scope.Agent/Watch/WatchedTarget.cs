// One process that is watched, from its attach to its end: recorded into one recording after the other, without a gap between,
// and looked at once a second by the rules that are for it.
using System.Diagnostics;
using Scope.Agent.Live;
using Scope.Agent.Watch.Triggers;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events;
using Scope.Store;

namespace Scope.Agent.Watch;

/// <summary>A watched process.</summary>
sealed class WatchedTarget : IAsyncDisposable
{
    const int LookMillis = 1000;

    readonly WatchContext _context;
    readonly DiagnosticPort _port;
    readonly TargetInfo _info;
    readonly TargetRule _rule;
    readonly TargetSeries _series;
    readonly SightReader _sights = new();
    readonly IReadOnlyList<RuleState> _rules;
    readonly LedgerSum _ended = new();
    Recorder _recorder;
    string _profile;
    volatile Sight? _last;
    LivePulse _pulse;
    Task _turning = Task.CompletedTask; // What is still to be done of the recording before, and for the one that runs.
    readonly Stopwatch _running = Stopwatch.StartNew();

    WatchedTarget(WatchContext context, DiagnosticPort port, TargetInfo info, TargetRule rule, string service, Recorder recorder)
    {
        (_context, _port, _info, _rule, Service, _recorder, _profile) = (context, port, info, rule, service, recorder, rule.Profile);
        _series = new(context.Spool.Path, service);
        _rules = [.. context.Rules.Where(r => r.Service?.Matches(service) ?? true).Select(r => new RuleState(r))];
        _pulse = Follow(recorder);
        Closer = new(context, this);
    }

    /// <summary>Attaches to a process.</summary>
    public static async Task<Attempt<WatchedTarget>> AttachAsync(WatchContext context, DotnetProcess process, TargetRule rule, CancellationToken cancel)
    {
        var port = DiagnosticPort.Of(process.Pid);
        if (!(await port.InfoAsync(cancel)).Try(out var runtime, out var failure)) return failure;
        var info = Targets.Describe(process, runtime);
        var service = rule.Service.Length > 0 ? rule.Service : info.Name;
        return (await WatchContext.RecordAsync(port, info, context.RecorderOf(service, rule), cancel)).Try(out var recorder, out failure)
            ? new WatchedTarget(context, port, info, rule, service, recorder) : failure;
    }

    /// <summary>What its recordings are called.</summary>
    public string Service { get; }

    /// <summary>Its pid.</summary>
    public int Pid => _info.Pid;

    /// <summary>What it is asked beyond the usual for a while.</summary>
    public CloserLook Closer { get; }

    /// <summary>What is missing of it, and why.</summary>
    public IReadOnlyList<string> Notes => _recorder.Notes;

    /// <summary>The recording that runs.</summary>
    public Recorder Recorder => _recorder;

    /// <summary>How it stands.</summary>
    public TargetState State()
    {
        var recorder = _recorder;
        var account = _ended.Copy().Add(recorder.History.Ledger);
        return new(Service, Pid, recorder.Folder, recorder.Settings.Profile.Name, account.Captured, account.Lost, Math.Max(0, recorder.History.Last == EventTime.Min ? 0 : (recorder.Now - recorder.History.Last) / 1e9),
            recorder.Disk, recorder.Warm, recorder.History.Count, _last, recorder.Pressure, recorder.OwnShare, recorder.HeldBytes, recorder.Notes.LastOrDefault());
    }

    /// <summary>Takes the share of memory that the other targets leave it.</summary>
    public void Share(FairShares shares) => _recorder.Share(shares.Hot, shares.PayloadBytes);

    /// <summary>Takes a snapshot into the recording that runs; gives why there is none.</summary>
    public Task<string?> SnapshotAsync(string why) => _recorder.SnapshotAsync(why);

    /// <summary>What was recorded of its service between two instants; null with the reason when it cannot be read.</summary>
    public IHistory? HistoryOf(EventTime from, EventTime to, out string? problem) => _series.Between(from, to, _recorder, out problem);

    /// <summary>Records and looks until the process ends or watching does; gives whether the process has ended.</summary>
    public async Task<bool> RunAsync(CancellationToken stop)
    {
        _turning = _recorder.AddProbesAsync(CancellationToken.None);
        var stopped = Task.Delay(Timeout.Infinite, stop);
        while (!_recorder.Ended.IsCompleted && !stop.IsCancellationRequested)
        {
            await Task.WhenAny(_recorder.Ended, stopped, Task.Delay(LookMillis, CancellationToken.None));
            if (_recorder.Ended.IsCompleted || stop.IsCancellationRequested) break;
            Look();
            if (Closer.LetsGo && (IsFull || Closer.Of(_rule).Profile != _profile)) await RotateAsync(stop);
        }
        await _turning;
        var closerEnds = Closer.EndAsync();
        var end = await _recorder.StopAsync();
        await closerEnds;
        Tell(end);
        if (end.TargetGone) LookAtEnd();
        return end.TargetGone;
    }

    bool IsFull => _running.Elapsed > _context.Watch.RotateAfter || _recorder.IsOffClock || _recorder.History.NextId.Value > _context.Watch.RotateEvents;

    // Before its first recording is before all of them; and before the deep profile is what it served until then.
    RecorderSettings NextOf(TargetRule rule)
    {
        var next = _context.RecorderOf(Service, rule) with { QuietLook = TimeSpan.Zero };
        return _recorder.Before is { } before ? next with { Known = (before, _recorder.Correction) }
            : rule.Profile != _profile && _last is { } sight ? next with { Known = (sight.Served, null) } : next;
    }

    LivePulse Follow(Recorder recorder)
    {
        foreach (var rule in _rules) rule.Follow(recorder);
        _sights.Follow(recorder);
        return new(recorder, null);
    }

    void Look()
    {
        var sight = _last = _sights.Read(_pulse.Take(), _recorder.Now);
        foreach (var rule in _rules)
            if (rule.Look(sight) is { } why) _context.Fire(rule.Rule, this, sight.At, why);
    }

    void LookAtEnd()
    {
        var code = TargetEnd.CodeOf(_recorder.History);
        foreach (var rule in _rules)
            if (rule.LookAtEnd(code) is { } why) _context.Fire(rule.Rule, this, _recorder.History.Last, why);
    }

    // The next recording runs before this one ends: what happens meanwhile is in both, and nothing is in none.
    async Task RotateAsync(CancellationToken stop)
    {
        await _turning; // One at a time; the one before ended long ago, or the disk is very slow.
        _running.Restart();
        var rule = Closer.Of(_rule);
        if (!(await WatchContext.RecordAsync(_port, _info, NextOf(rule), stop)).Try(out var next, out var failure))
        {
            Closer.Turned(failure.Message);
            _context.Audit.Add("next recording", failure.Message, this, done: false);
            return;
        }
        var before = _recorder;
        (_recorder, _pulse, _profile) = (next, Follow(next), rule.Profile);
        Closer.Turned(null);
        _context.Audit.Add("next recording", "", this, folder: next.Folder);
        _turning = TurnAsync(before, next);
    }

    // A method is probed for one recording at a time.
    async Task TurnAsync(Recorder before, Recorder next)
    {
        Tell(await before.StopAsync());
        _ended.Add(before.History.Ledger);
        await before.DisposeAsync();
        await next.AddProbesAsync(CancellationToken.None);
    }

    void Tell(RecorderEnd end)
    {
        foreach (var failure in end.Failures) _context.Audit.Add("end of recording", failure.Message, this, done: false);
        if (end.BrokeOff) _context.Audit.Add("end of recording", "tracing broke off: " + string.Join("; ", end.Outcomes.Where(o => !o.IsWhole)), this, done: false);
        if (end.Disk.Problem is { } problem) _context.Audit.Add("end of recording", problem, this, done: false);
    }

    /// <summary>Lets the process go.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turning;
        await _recorder.DisposeAsync();
    }
}
