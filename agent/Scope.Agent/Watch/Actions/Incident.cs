// One firing of one rule for one target: when and why, the time that it is about, and the folder of what is kept of it.
using Scope.Events;
using Scope.Insight;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch.Actions;

/// <summary>An incident.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Target">The target.</param>
/// <param name="At">When it fired.</param>
/// <param name="Why">Why, in a sentence without anything that the target said.</param>
/// <param name="IncidentsFolder">The folder of all incidents.</param>
sealed record Incident(WatchRule Rule, WatchedTarget Target, EventTime At, string Why, string IncidentsFolder)
{
    string? _folder;

    /// <summary>Whether reports can be written, as far as is known.</summary>
    public required CircuitBreaker Reports { get; init; }

    /// <summary>The beginning of the time that it is about.</summary>
    public EventTime From => At - Nanos(Rule.Before);

    /// <summary>The end of that time.</summary>
    public EventTime To => At + Nanos(Rule.After);

    /// <summary>The folder of what is kept of it, made when it is first asked for.</summary>
    public string Folder => _folder ??= RecordingFolder.Create(IncidentsFolder, $"{Target.Service}-{Rule.Name}", At);

    /// <summary>What was found in its time; what was found live, where no report was written.</summary>
    public IReadOnlyList<Finding> Findings
    {
        get => _findings ?? Target.Recorder.LatestDiagnosis?.Findings ?? [];
        set => _findings = value;
    }
    IReadOnlyList<Finding>? _findings;

    /// <summary>The folder, where anything was kept; else null.</summary>
    public string? KeptIn => _folder;

    /// <summary>Takes the folder away again when nothing came into it.</summary>
    public void ForgetEmpty()
    {
        if (_folder is null || Directory.EnumerateFileSystemEntries(_folder).Any()) return;
        Directory.Delete(_folder);
        _folder = null;
    }

    /// <summary>Why there is this report, for its readers.</summary>
    public string Note => $"rule {Rule.Name} of scope-attach watch fired at {At}: {Why}; this is about the {Rule.Before.TotalSeconds:0.#} s before that and the {Rule.After.TotalSeconds:0.#} s after it, as far as they were recorded";

    static long Nanos(TimeSpan time) => time.Ticks * 100;
}
