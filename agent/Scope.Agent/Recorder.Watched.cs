// What watch mode asks of a recording that is one of many: to share memory with the others, and to take a snapshot when a rule
// fires.
using Scope.Events;
using Scope.Pipeline.Pressure;
using Scope.Store.Hot;

namespace Scope.Agent;

sealed partial class Recorder
{
    /// <summary>When it began.</summary>
    public EventTime Started => _started;

    /// <summary>The time now, by the recording's own clock.</summary>
    public EventTime Now => _catalog.Clock.Now;

    /// <summary>Whether the wall clock has left the recording's own: one that begins now would have other times.</summary>
    public bool IsOffClock => _clock is { HasJumped: true };

    /// <summary>How much is turned down now.</summary>
    public PressureLevel Pressure => _pressure?.Level ?? PressureLevel.Normal;

    /// <summary>Memory that it holds for events and texts, in bytes.</summary>
    public long HeldBytes => _index.Statistics.Bytes + _catalog.Payloads.HeldBytes;

    /// <summary>Its share of what this process uses, by events, from 0 to 1.</summary>
    public double OwnShare => Settings.Shared?.ShareOf(this, _index.NextId.Value) ?? 1;

    /// <summary>Takes a snapshot because of something, where snapshots may be asked for; done when the target has been let go, with why there is none.</summary>
    public Task<string?> SnapshotAsync(string why) => _snapshots?.TakeAsync(why) ?? Task.FromResult<string?>("this recording takes none");

    /// <summary>Holds less in memory from now on, or more: what recordings of other targets leave it.</summary>
    public void Share(HotLimits hot, long payloadBytes) => (_index.Bounds, _catalog.Payloads.LimitBytes) = (hot, payloadBytes);
}
