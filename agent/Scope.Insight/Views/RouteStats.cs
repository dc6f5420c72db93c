// What the requests of one route did in the window.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>A step's part in the critical paths of a route.</summary>
internal sealed class StepStats
{
    /// <summary>Time on the critical path, its own only.</summary>
    public long Nanos;
    /// <summary>Spans of it on the critical path, over all requests.</summary>
    public long Spans;
    /// <summary>Requests that have it on their path.</summary>
    public long Requests;
    /// <summary>Requests that have it on their path again and again.</summary>
    public long Repeating;
}

/// <summary>One route.</summary>
internal sealed class RouteStats(NameId name)
{
    /// <summary>From so many calls of one sort in a row on, a request repeats itself: two or three belong together by chance, five are a loop.</summary>
    public const int RepeatsFrom = 5;

    /// <summary>Its name: method and route.</summary>
    public NameId Name { get; } = name;

    /// <summary>The controller's action that serves it, as "Controller.Action"; "" when the source told none.</summary>
    public string Action { get; set; } = "";

    /// <summary>How long its requests took.</summary>
    public LatencySketch Latency { get; } = new();

    /// <summary>How many of them failed.</summary>
    public long Errors { get; set; }

    /// <summary>How many took longer than <see cref="Requests.SlowNanos"/>.</summary>
    public long Slow { get; set; }

    /// <summary>What stood on the critical paths.</summary>
    public Dictionary<Step, StepStats> Steps { get; } = [];

    /// <summary>The slowest requests.</summary>
    public TopEvidence Slowest { get; } = new();

    /// <summary>A request's time on its path that is no other span's: the service's own code, its waits and its awaits.</summary>
    public long OwnNanos => Steps.Where(step => !step.Key.IsCall).Sum(step => step.Value.Nanos);

    /// <summary>Adds a request's path.</summary>
    public void Add(IEnumerable<PathPart> path)
    {
        foreach (var part in path)
        {
            if (!Steps.TryGetValue(part.Step, out var stats))
            {
                if (Steps.Count >= Limits.StepsOfRoute) continue;
                Steps[part.Step] = stats = new();
            }
            stats.Nanos += part.Nanos;
            stats.Spans += part.Spans;
            stats.Requests++;
            if (part.Spans >= RepeatsFrom) stats.Repeating++;
        }
    }
}
