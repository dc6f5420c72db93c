// One budget for several recordings in this process. CPU and memory are the process's: when they are used up, the recordings
// that use more than their equal part are turned down, and a quiet one beside a loud one is left as it is. Who uses how much is
// told by its events.
using System.Diagnostics;

namespace Scope.Agent.Pressure;

/// <summary>Shares a budget. Safe for any number of threads.</summary>
sealed class SharedBudget
{
    readonly Lock _lock = new();
    readonly Dictionary<object, Use> _uses = [];

    sealed record Use(long At, long Events, double PerSecond);

    /// <summary>Begins to count one.</summary>
    public void Join(object who)
    {
        lock (_lock) _uses[who] = new(Stopwatch.GetTimestamp(), 0, 0);
    }

    /// <summary>Counts one no longer.</summary>
    public void Leave(object who)
    {
        lock (_lock) _uses.Remove(who);
    }

    /// <summary>Takes in how many events one had until now; gives the share of all that are its, from 0 to 1.</summary>
    public double ShareOf(object who, long events)
    {
        lock (_lock) return Share(who, events);
    }

    /// <summary>How much of what is used beyond the budget counts for one: all for who uses an equal part or more, less for who uses less.</summary>
    public double WeightOf(object who, long events)
    {
        lock (_lock) return Math.Min(1, Share(who, events) * Math.Max(1, _uses.Count));
    }

    double Share(object who, long events)
    {
        if (!_uses.TryGetValue(who, out var use)) return 1;
        var now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(use.At, now).TotalSeconds is var seconds && seconds > 0.5) _uses[who] = use = new(now, events, (events - use.Events) / seconds);
        var all = _uses.Values.Sum(u => u.PerSecond);
        return all <= 0 ? 1.0 / _uses.Count : use.PerSecond / all;
    }
}
