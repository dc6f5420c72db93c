// What all watched targets have in common: the settings, the spool that they record into, the audit log, and the way from a
// rule that fires to what is done.
using System.Collections.Concurrent;
using Scope.Agent.Configuration;
using Scope.Agent.Pressure;
using Scope.Agent.Probes;
using Scope.Agent.Verbs;
using Scope.Agent.Watch.Actions;
using Scope.Attach.Port;
using Scope.Events;
using Scope.Events.Redaction;
using Scope.Store.Spool;

namespace Scope.Agent.Watch;

/// <summary>What watched targets share.</summary>
/// <param name="all">All settings.</param>
/// <param name="folder">The folder of watch.</param>
/// <param name="spool">The spool.</param>
/// <param name="keeping">Who keeps it in order.</param>
/// <param name="redactor">What takes secrets out.</param>
/// <param name="audit">The audit log.</param>
sealed class WatchContext(Settings all, string folder, SpoolFolder spool, SpoolKeeping keeping, Redactor redactor, AuditLog audit)
{
    readonly SharedBudget _budget = new();
    readonly RuleLimits _limits = new(audit.Read());
    readonly Incidents _incidents = new(folder, all.Watch.IncidentBytes, audit);
    readonly ConcurrentDictionary<string, long> _fired = [];
    volatile int _targets = 1;

    /// <summary>The settings of watch.</summary>
    public WatchSettings Watch => all.Watch;

    /// <summary>The rules, or the usual ones where none is written.</summary>
    public IReadOnlyList<WatchRule> Rules { get; } = all.Watch.Rules.Count > 0 ? all.Watch.Rules : WatchRule.Usual;

    /// <summary>The probes that a rule may set.</summary>
    public IReadOnlyList<ProbeSpec> Probes => all.Probes;

    /// <summary>Whether each recording has them anyway.</summary>
    public bool ProbesAreOn => all.Hooks.Probes && all.Probes.Count > 0;

    /// <summary>The machine's clocks, by which recordings tell the time.</summary>
    public TimeProvider Machine { get; init; } = TimeProvider.System;

    /// <summary>The spool.</summary>
    public SpoolFolder Spool => spool;

    /// <summary>The audit log.</summary>
    public AuditLog Audit => audit;

    /// <summary>What each target may take of the memory, with so many of them.</summary>
    public FairShares SharesOf(int targets) => FairShares.Of(all.Limits, _targets = targets, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>How a recording of a service is made.</summary>
    public RecorderSettings RecorderOf(string service, TargetRule rule)
    {
        var settings = rule.Profile.Length == 0 ? all : all with { Capture = all.Capture with { Profile = rule.Profile } };
        var made = RecordOptions.RecorderOf(settings, redactor);
        var share = SharesOf(_targets);
        made = made with
        {
            Name = service,
            Machine = Machine,
            OutputFolder = _incidents.Folder, // Where what a probe's hit keeps goes too, within its bound.
            Spool = (spool.Path, spool.Limits),
            SpoolKeptBy = keeping,
            Shared = _budget,
            QuietLook = RecordOptions.LookBefore(settings),
            HotLimits = share.Hot,
            PayloadBytes = share.PayloadBytes,
            RingEvents = share.RingEvents,
            // An hour's end is no incident: snapshots are for rules.
            SnapshotAtEnd = false,
            SnapshotAtWorst = false,
            SnapshotWhenAsked = !all.Safety.ReadOnly,
        };
        return made.WithProbes(ProbesAreOn ? Probes : []);
    }

    /// <summary>Begins a recording; a disk that refuses is a failure like others, which another try may mend.</summary>
    public static async Task<Attempt<Recorder>> RecordAsync(DiagnosticPort port, TargetInfo target, RecorderSettings settings, CancellationToken cancel)
    {
        try
        {
            return await Recorder.StartAsync(port, target, settings, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserError)
        {
            return new AttachFailure(AttachReason.NoPlace, port.Pid, e.Message);
        }
    }

    /// <summary>How often each rule fired in this run.</summary>
    public IReadOnlyDictionary<string, long> Fired => _fired;

    /// <summary>A rule fires, if its limits let it; gives whether they did.</summary>
    public bool Fire(WatchRule rule, WatchedTarget target, EventTime at, string why)
    {
        if (_limits.TryFire(rule, target.Service, DateTime.UtcNow, out var tooOften))
        {
            audit.Add(AuditLog.Fired, why, target, rule.Name);
            _fired.AddOrUpdate(rule.Name, 1, (_, times) => times + 1);
            _incidents.Begin(new(rule, target, at, why, _incidents.Folder) { Reports = _incidents.Reports });
            return true;
        }
        if (tooOften is not null) audit.Add(AuditLog.Fired, tooOften, target, rule.Name, done: false);
        return false;
    }

    /// <summary>Waits until all that was begun for a target is done.</summary>
    public Task DoneAsync(WatchedTarget target) => _incidents.DoneAsync(target);

    /// <summary>Time is short: what waits for the time after its trigger is done with what there is.</summary>
    public void Hurry() => _incidents.Hurry();
}
