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
}
