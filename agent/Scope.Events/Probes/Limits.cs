// The bounds of method probes, each with its reason: the target comes first.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Bytes of IL of a method that is rewritten: the compiler takes some 10 ms for so much, and nobody wrote it by hand.</summary>
    public const int ProbeIlBytes = 32 << 10;

    /// <summary>Names of types that captured objects were of, kept while a target is probed: some megabyte.</summary>
    public const int ProbeTypeNames = 8192;

    /// <summary>Milliseconds without a sign of us after which the native part takes all probes out: a busy machine is not a dead agent, and a dead one must not cost for long.</summary>
    public const int ProbeSilenceMillis = 5_000;

    /// <summary>Milliseconds that it has for an answer: compiling a hundred methods anew takes less than one second.</summary>
    public const int ProbeAnswerMillis = 20_000;

    /// <summary>Probes that one command arms unless more are allowed: what a pattern that is too wide stops at.</summary>
    public const int ProbesOfPattern = 128;

    /// <summary>Hits a second of one probe, over a second, above which it takes itself out.</summary>
    public const int ProbeHitsPerSecond = 50_000;

    /// <summary>Calls that have begun and whose end is waited for; what is older ended unseen, as a call does whose probe was taken out.</summary>
    public const int ProbeOpenCalls = 1 << 14;

    /// <summary>Calls of one method whose durations a histogram keeps: 8 MB.</summary>
    public const int ProbeHistogramCalls = 1 << 20;

    /// <summary>Bytes of addresses that a target with a limit of them must have left before anything is loaded into it or a session begins: twice what a load was seen to take, because its own threads take some too.</summary>
    public const long HookAddressBytes = 512 << 20;

    /// <summary>Values that are remembered while they are followed from one method to another: some megabyte, and minutes of a method that is called a hundred times a second.</summary>
    public const int ProbeFlowValues = 1 << 14;

    /// <summary>Snapshots that hits of probes take in one recording: each holds the target.</summary>
    public const int ProbeSnapshots = 3;

    /// <summary>Recordings that hits of probes have kept of the time around them, in one recording.</summary>
    public const int ProbeFreezes = 5;

    /// <summary>Milliseconds between two snapshots for hits, and between two recordings that are kept for them: what comes sooner is in the first.</summary>
    public const int ProbeReactionMillis = 10_000;
}
