// The bounds of what is done about mistakes of ours: how much is kept of them, and how often something is tried again.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Events that one recording sets aside with what went wrong, some kilobytes each; the others are counted.</summary>
    public const int DeadLetters = 500;

    /// <summary>How often a database may refuse a batch for what is in it before the batch is set aside.</summary>
    public const int RefusedTries = 3;

    /// <summary>Failures in a row that say that it is no single event: of one sort of events, that it always fails; of all, that what we remember of the stream is wrong.</summary>
    public const int FailuresInARow = 32;

    /// <summary>Milliseconds after which a file of a target's modules counts as slow: one on a disk at hand takes some tens.</summary>
    public const int SlowFileMillis = 3000;

    /// <summary>How often a source of a recording is begun anew after mistakes of ours: each time costs its target, and a mistake that is still there then is in the code.</summary>
    public const int Renewals = 3;
}
