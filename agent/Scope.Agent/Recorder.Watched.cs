// What watch mode asks of a recording that is one of many: to share memory with the others, and to take a snapshot when a rule
// fires.
using Scope.Events;
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

    /// <summary>Takes a snapshot because of something, where snapshots may be asked for; done when the target has been let go.</summary>
    public Task SnapshotAsync(string why) => _snapshots?.TakeAsync(why) ?? Task.CompletedTask;

    /// <summary>Holds less in memory from now on, or more: what recordings of other targets leave it.</summary>
    public void Share(HotLimits hot, long payloadBytes) => (_index.Bounds, _catalog.Payloads.LimitBytes) = (hot, payloadBytes);
}
