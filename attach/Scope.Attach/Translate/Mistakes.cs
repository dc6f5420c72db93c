// What a translation does about mistakes of ours: what it fails at is set aside with the error and counted as lost, and what
// follows is read. Where one failure follows the other and nothing goes out in between, it is no single event: what the
// translation remembers of its stream is wrong, and it says so, that it be begun anew.
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>The mistakes of one translation. Used by its thread.</summary>
/// <param name="source">Its name in the ledger.</param>
/// <param name="translation">What fails.</param>
/// <param name="setAside">Keeps what it failed at; null where nobody does, and mistakes are thrown.</param>
sealed class Mistakes(string source, Translation translation, Action<DeadLetter>? setAside)
{
    long _emittedBefore = -1;
    int _inARow;

    /// <summary>Why this translation is to be given up; null while it is well.</summary>
    public string? GivenUp { get; private set; }

    /// <summary>Whether they are survived at all.</summary>
    public bool AreSurvived => setAside is not null;

    /// <summary>Whether what was thrown is survived.</summary>
    public bool Survives(Exception bug) => AreSurvived && bug is not OutOfMemoryException;

    /// <summary>An event, by what stands before its texts, is set aside and lost.</summary>
    public void SetAside<T>(EventTime time, string kind, in T e, Exception bug) where T : unmanaged
    {
        CountLost(kind, time);
        Keep(DeadLetter.Of(source, time, kind, e, bug));
    }

    /// <summary>Something that is no event is set aside; what it cost is counted by who knows.</summary>
    public void SetAside(string what, Exception bug) => Keep(new(source, translation.LastTime, what, [], bug));

    /// <summary>Counts what was lost to a mistake.</summary>
    public void CountLost(string kind, EventTime time, long count = 1) => translation.Ledger.Lost(LossSource.Stage, $"{source}: {kind}", time, time, count);

    void Keep(DeadLetter letter)
    {
        setAside!(letter);
        _inARow = translation.Emitted == _emittedBefore ? _inARow + 1 : 1;
        _emittedBefore = translation.Emitted;
        if (_inARow == Limits.FailuresInARow) GivenUp = $"a mistake of ours {_inARow} times in a row, at last at {letter.Kind}: {letter.Error.GetType().Name}";
    }
}
