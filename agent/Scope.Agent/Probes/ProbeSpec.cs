// What a probe was asked to be: the options of the command line, or one [[probe]] of a file, before any process is looked at.
namespace Scope.Agent.Probes;

/// <summary>A probe that was asked for.</summary>
sealed record ProbeSpec
{
    /// <summary>Which methods, as <see cref="Code.Probing.MethodQuery"/> reads it.</summary>
    public required string Methods { get; init; }

    /// <summary>Whether arguments are told.</summary>
    public bool Arguments { get; init; }

    /// <summary>Whether what it returns is told.</summary>
    public bool Return { get; init; }

    /// <summary>Whether the message of an exception that leaves it is told; its type always is.</summary>
    public bool Exception { get; init; }

    /// <summary>Whether the fields of its object are looked at before and after.</summary>
    public bool State { get; init; }

    /// <summary>The condition; "" for none.</summary>
    public string When { get; init; } = "";

    /// <summary>What must hold when a call ends; those after which it does not are told. "" for none.</summary>
    public string Invariant { get; init; } = "";

    /// <summary>Values to tell.</summary>
    public IReadOnlyList<string> Captures { get; init; } = [];

    /// <summary>A line to tell with values in it; "" for none.</summary>
    public string Log { get; init; } = "";

    /// <summary>After how many hits it ends; 0 for never.</summary>
    public long Hits { get; init; } = 100;

    /// <summary>Whether only counts and durations are wanted.</summary>
    public bool Histogram { get; init; }

    /// <summary>How many levels of calls below it are told too; 0 for none.</summary>
    public int TreeDepth { get; init; }

    /// <summary>Methods where a value is seen first, so that only calls are told that are passed it later; "" for none.</summary>
    public string From { get; init; } = "";

    /// <summary>The value that is followed, as it is found there.</summary>
    public string Value { get; init; } = "";

    /// <summary>Whether a hit keeps the time around it, as a recording of its own.</summary>
    public bool Freeze { get; init; }

    /// <summary>Whether a hit takes a snapshot.</summary>
    public bool Snapshot { get; init; }

    /// <summary>Whether hits are more than the target can count: those of values that were followed.</summary>
    public bool FollowsValue => From.Length > 0;

    /// <summary>Whether the inside of the runtime's own library may be probed.</summary>
    public bool Force { get; init; }
}
