// The bounds of the rings between the sources of events and the one thread that takes them.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Events in a ring at most: 64 MB.</summary>
    public const int RingEvents = 1 << 20;

    /// <summary>Events in the ring of a session unless scope.toml says otherwise: at 100,000 a second this is 2.6 seconds of a stalled correlator, or of waiting for names, in 16 MB.</summary>
    public const int SessionRingEvents = 1 << 18;

    /// <summary>Events in the ring of the session with CPU samples, where the others' are not smaller: it is on for a second at a time, and samples are what is missed least.</summary>
    public const int SampleRingEvents = 1 << 16;

    /// <summary>Readers of one ring: the correlator, and room for a live tap, a dump and tests.</summary>
    public const int RingReaders = 8;

    /// <summary>Events that a ring's writer publishes at once: enough that readers and writer seldom meet on a cache line, few enough that a burst is seen at once.</summary>
    public const int RingBatch = 64;

    /// <summary>Events that the merge takes from a ring, and gives on, at once: 64 KB stay in the fastest cache but one.</summary>
    public const int MergeBatch = 1024;
}
