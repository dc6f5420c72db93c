// How one target stands, for status and metrics: figures of its last look, and the account of all its recordings of this run.
using Scope.Agent.Watch.Triggers;
using Scope.Events;
using Scope.Pipeline.Pressure;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch;

/// <summary>A target's state.</summary>
/// <param name="Service">What its recordings are called.</param>
/// <param name="Pid">Its pid.</param>
/// <param name="Recording">The folder of the recording that runs.</param>
/// <param name="Profile">What it is asked to say.</param>
/// <param name="Captured">Events that were captured, in all its recordings.</param>
/// <param name="Lost">Events that were lost, by who lost them.</param>
/// <param name="LagSeconds">How long ago the newest event happened that is in memory.</param>
/// <param name="Disk">How the writing goes.</param>
/// <param name="Warm">How shipping goes; null where no database is configured.</param>
/// <param name="HeldEvents">Events in memory.</param>
/// <param name="Last">What was seen at the last look; null before the first.</param>
/// <param name="Pressure">How much is turned down.</param>
/// <param name="OwnShare">The share of what Scope uses that is for this target, by events, from 0 to 1.</param>
/// <param name="OwnBytes">Memory that Scope holds for it.</param>
/// <param name="Note">What is missing, and why; null where nothing is.</param>
sealed record TargetState(string Service, int Pid, string Recording, string Profile, long Captured, IReadOnlyDictionary<LossSource, long> Lost, double LagSeconds,
    RecordingStatus Disk, WarmProgress? Warm, long HeldEvents, Sight? Last, PressureLevel Pressure, double OwnShare, long OwnBytes, string? Note)
{
    /// <summary>Events lost; parts of events that are there, such as a text that was cut, do not count.</summary>
    public long LostEvents => Lost.Where(l => Ledger.CountsEvents(l.Key)).Sum(l => l.Value);
}

/// <summary>Adds up the accounts of one target's recordings.</summary>
sealed class LedgerSum
{
    readonly Dictionary<LossSource, long> _lost = [];

    /// <summary>Events captured.</summary>
    public long Captured { get; private set; }

    /// <summary>Events lost, by who lost them.</summary>
    public IReadOnlyDictionary<LossSource, long> Lost => _lost;

    /// <summary>Adds one account.</summary>
    public LedgerSum Add(LedgerSummary ledger)
    {
        Captured += ledger.Captured;
        foreach (var loss in ledger.Losses) _lost[loss.Source] = _lost.GetValueOrDefault(loss.Source) + loss.Count;
        return this;
    }

    /// <summary>Another one that holds the same.</summary>
    public LedgerSum Copy()
    {
        var copy = new LedgerSum { Captured = Captured };
        foreach (var (source, count) in _lost) copy._lost[source] = count;
        return copy;
    }
}
