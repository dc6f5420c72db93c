// A row of the truth: a scene, how it is run, and which answers are right.
namespace Scope.Diagnose;

/// <summary>One scene under one load in one environment, with its right answer.</summary>
/// <param name="Name">Its name, unique.</param>
/// <param name="Scene">The scene of Scope.Targets.Scenes.</param>
/// <param name="Causes">The causes that are right at rank 1; none for a healthy scene. More than one only where <paramref name="Why"/> says why both are right.</param>
/// <param name="Culprits">The culprits that are right: methods and fields by full name, fragments of SQL, URLs, settings.</param>
/// <param name="Load">What is sent to it.</param>
/// <param name="Why">What is wrong (or only looks so), and why the accepted answers are right.</param>
public sealed record Case(string Name, string Scene, string[] Causes, string[] Culprits, LoadLine[] Load, string Why)
{
    /// <summary>How long the recording lasts, in seconds.</summary>
    public int Seconds { get; init; } = 20;

    /// <summary>How long the load runs before we attach, in seconds.</summary>
    public int WarmUpSeconds { get; init; } = 5;

    /// <summary>Arguments of the scene beside --scene.</summary>
    public string[] Arguments { get; init; } = [];

    /// <summary>Variables in its environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Whether it is recorded from its start, by scope-attach run.</summary>
    public bool FromStart { get; init; }

    /// <summary>How many processors' time it may use, by a cgroup of its own; no limit when 0.</summary>
    public double Cores { get; init; }

    /// <summary>How many processes burn processor time beside it.</summary>
    public int Burners { get; init; }

    /// <summary>Whether it needs a database of its own.</summary>
    public bool Database { get; init; }

    /// <summary>Whether it calls the partner, a process beside it.</summary>
    public bool Partner { get; init; }

    /// <summary>Requests that are sent once, some seconds into the recording: what ends a process must not end it before.</summary>
    public string[] Triggers { get; init; } = [];

    /// <summary>Whether nothing is wrong in it.</summary>
    public bool IsHealthy => Causes.Length == 0;

    /// <summary>Whether a name on the command line means it.</summary>
    public bool IsCalled(string name) => Name.StartsWith(name, StringComparison.Ordinal) || Scene == name || Causes.Contains(name) || (name == "healthy" && IsHealthy);
}

/// <summary>Requests sent at a steady rate.</summary>
/// <param name="Request">Method, path and body, divided by spaces; {n} becomes the request's number. WS instead of a method holds a SignalR connection open.</param>
/// <param name="Rate">How many a second.</param>
/// <param name="AtOnce">How many may be unanswered at a time; those beyond are left out.</param>
public sealed record LoadLine(string Request, double Rate, int AtOnce = 16);
