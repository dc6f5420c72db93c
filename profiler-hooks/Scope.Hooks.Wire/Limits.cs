// The bounds of what the target and the agent share, each with its reason. They stand here and not with the agent's own,
// because what is loaded into the target refers to nothing of ours.
namespace Scope.Hooks.Wire;

/// <summary>The bounds of the shared memory.</summary>
public static class HookLimits
{
    /// <summary>Rings that a region may claim: more threads than this do not write at a time, and the arithmetic of offsets stays far from overflow.</summary>
    public const int MaxRings = 1024;

    /// <summary>Records that a ring may claim: 4 MB, seconds of a busy thread.</summary>
    public const int MaxSlots = 1 << 16;

    /// <summary>Bytes of a region that the agent maps: more than any of ours takes, and no more than its address space minds.</summary>
    public const long MaxRegionBytes = 1L << 30;

    /// <summary>Bytes that a table of names may claim.</summary>
    public const int MaxNameTableBytes = 1 << 24;

    /// <summary>Bytes kept of a name; longer ones are cut. No name of an operation tells more.</summary>
    public const int MaxNameBytes = 512;

    /// <summary>Bytes of text behind a record: a span with a dozen tags, or one with a long command.</summary>
    public const int MaxTextBytes = 2048;

    /// <summary>Bytes kept of one value; what is longer is cut and says so.</summary>
    public const int MaxValueBytes = 512;

    /// <summary>Tags, links and events told of one span: an application may put on thousands, and the thread that ends the span would tell them all.</summary>
    public const int MaxFields = 64;

    /// <summary>Records that the reader takes out of a ring before it gives the room back.</summary>
    public const int DrainBatch = 256;

    /// <summary>Names that the collector remembers: an application that makes names up must not fill its own memory with our copies.</summary>
    public const int MaxNames = 4096;

    /// <summary>The shortest silence of the agent that the native part may be told to leave after: a busy machine must not look like a dead agent.</summary>
    public const int MinSilenceMillis = 1000;

    /// <summary>The longest: an hour, so that nothing of ours stays for days because somebody was killed.</summary>
    public const int MaxSilenceMillis = 3_600_000;

    /// <summary>Probes at a time: more than a person can look at, and their states fit 64 KB.</summary>
    public const int MaxProbes = 1024;

    /// <summary>Bytes of a plan: some 1000 probes with a few captures each.</summary>
    public const int MaxPlanBytes = 1 << 18;

    /// <summary>Probes on one method, so that its code stays near its size.</summary>
    public const int MaxProbesOfMethod = 16;

    /// <summary>Captures of a probe.</summary>
    public const int MaxCaptures = 32;

    /// <summary>Places of a frame that the captures of a probe begin at: each is an argument of one call.</summary>
    public const int MaxRoots = 16;

    /// <summary>Hops of a capture.</summary>
    public const int MaxHops = 8;

    /// <summary>The farthest that a hop goes: no object of a sane program has fields behind this.</summary>
    public const int MaxHopOffset = 1 << 16;

    /// <summary>Characters kept of a text.</summary>
    public const int MaxTextChars = 256;

    /// <summary>Characters of a text that a condition searches.</summary>
    public const int MaxSearchedChars = 1024;

    /// <summary>Bytes read of a value.</summary>
    public const int MaxRawBytes = 64;

    /// <summary>Steps of a condition.</summary>
    public const int MaxConditionSteps = 64;

    /// <summary>Values that a condition may have on its stack.</summary>
    public const int MaxConditionDepth = 16;

    /// <summary>Bytes of text that the conditions of a probe compare with.</summary>
    public const int MaxConditionTextBytes = 2048;

    /// <summary>Bytes of captured values in a hit: 16 in its record and 12 slots behind it.</summary>
    public const int MaxCapturedBytes = 784;

    /// <summary>Bytes of IL that a method may have to be rewritten: the compiler's time grows with it, and a request waits for it.</summary>
    public const int MaxIlBytes = 1 << 16;
}
