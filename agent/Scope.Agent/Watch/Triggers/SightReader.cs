// Makes a sight of what the live view shows, with a memory for what needs one: when a request last ended, and the least memory
// of the last ten minutes.
using Scope.Agent.Live;
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>Reads one target, once a second.</summary>
sealed class SightReader
{
    const int GrowthSeconds = 600;

    readonly Queue<long> _memory = new();
    EventTime _lastRequest;
    long _silentNanos;

    /// <summary>Goes on with another recording of the target.</summary>
    public void Follow(Recorder recorder)
    {
        _lastRequest = recorder.Now - _silentNanos; // Its clock may be another one than that of the recording before.
        recorder.New.Add((in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.Request) _lastRequest = e.Time;
        });
    }

    /// <summary>What is seen now.</summary>
    public Sight Read((LiveFigures Figures, LiveStatus Status) pulse, EventTime now)
    {
        _memory.Enqueue(pulse.Status.TargetMemoryBytes);
        if (_memory.Count > GrowthSeconds) _memory.Dequeue();
        _silentNanos = Math.Max(0, now - _lastRequest);
        return new(pulse.Figures, pulse.Status, now, _silentNanos, pulse.Status.TargetMemoryBytes - _memory.Min());
    }
}
