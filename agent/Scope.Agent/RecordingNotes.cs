// What a recording lacks and why, in sentences: shown while it runs, kept with it, told in its report.
using System.Collections.Immutable;
using Scope.Events;

namespace Scope.Agent;

/// <summary>The notes of one recording. Safe for any number of threads.</summary>
sealed class RecordingNotes
{
    ImmutableArray<string> _all = [];

    /// <summary>All notes, the oldest first.</summary>
    public IReadOnlyList<string> All => _all;

    /// <summary>Adds a sentence; one that was said is not said again.</summary>
    public void Add(string note) =>
        ImmutableInterlocked.Update(ref _all, (all, one) => all.Contains(one) || all.Length >= Limits.RecordingNotes ? all : all.Add(one), note);
}
