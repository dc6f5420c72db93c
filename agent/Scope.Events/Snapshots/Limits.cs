// The bounds of snapshots, each with its reason: what is looked at while a target may be of any size, and told of it.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Snapshots that a report shows, the newest.</summary>
    public const int ReportSnapshots = 4;

    /// <summary>Nodes of the graph of waits that a report draws; more cannot be told apart on a screen.</summary>
    public const int ReportWaitNodes = 40;

    /// <summary>Snapshots of one recording that are read, the newest: each is some megabytes in memory.</summary>
    public const int SnapshotsRead = 64;

    /// <summary>Bytes of a snapshot's file when it is unfolded; a service with ten thousand threads and types stays under a tenth of it.</summary>
    public const long SnapshotFileBytes = 256L << 20;

    /// <summary>Milliseconds that a target's threads have to stop for a snapshot, where the pause that is allowed is not less. They need some tenths of one; on a machine without a free processor a hundred, and one inside of the kernel may never.</summary>
    public const int SnapshotStopMillis = 500;

    /// <summary>Threads that copy a target's memory at once: two take all that the memory bus of a small machine gives.</summary>
    public const int SnapshotCopyThreads = 2;

    /// <summary>Bytes that a snapshot's copy may grow by between the look and the pause: two regions of each of four heaps' allocation.</summary>
    public const long SnapshotSpareBytes = 64L << 20;

    /// <summary>Pauses that a snapshot may make when the earlier ones landed in a garbage collection: one in six does on a busy target.</summary>
    public const int SnapshotAttempts = 3;

    /// <summary>Milliseconds that the slow parts of a snapshot (holders, equal strings) may be worked on: the report has to be there ten seconds after the recording ends.</summary>
    public const int SnapshotAnalysisMillis = 6_000;

    /// <summary>Objects of one type that a snapshot looks at one by one: async methods, timers, exceptions. More of them tell no more.</summary>
    public const int SnapshotCollected = 200_000;

    /// <summary>References to chosen objects (locks, tasks) that a snapshot remembers, 16 bytes each.</summary>
    public const int SnapshotReferrers = 2 << 20;

    /// <summary>Handlers of one event from which on a snapshot tells it: a screen has some, a list that nobody leaves has hundreds.</summary>
    public const int SnapshotManyHandlers = 16;

    /// <summary>Frames of one stack or async chain in a snapshot; a stack overflow has ten thousand, and its top tells it.</summary>
    public const int SnapshotFrames = 256;

    /// <summary>Types that a snapshot tells one by one, those with the most bytes.</summary>
    public const int SnapshotTypes = 1000;

    /// <summary>Groups that a snapshot tells of one sort: chains, timers, exceptions, queued work.</summary>
    public const int SnapshotGroups = 500;

    /// <summary>Holders that a snapshot tells, those that keep the most bytes.</summary>
    public const int SnapshotHolders = 100;

    /// <summary>Bytes of a waiting thread's stack that are looked through for what it waits for: the frames of the wait take one or two thousand.</summary>
    public const int SnapshotStackScan = 32 << 10;

    /// <summary>Locks that a snapshot tells.</summary>
    public const int SnapshotLocks = 10_000;

    /// <summary>Chains of one group of equal ones whose objects a snapshot looks at: whether somebody holds what they wait for.</summary>
    public const int SnapshotChainsKept = 10_000;

    /// <summary>Exceptions whose stacks a snapshot reads; some tens of microseconds each.</summary>
    public const int SnapshotExceptions = 20_000;

    /// <summary>Bytes that a holder keeps at the least to be told: below it, nobody looks for a leak.</summary>
    public const long SnapshotHolderBytes = 64 << 10;

    /// <summary>Objects below one holder that are counted by type.</summary>
    public const long SnapshotHeldObjects = 4 << 20;

    /// <summary>Types that are told of what one holder keeps.</summary>
    public const int SnapshotHeldTypes = 20;

    /// <summary>Distinct strings that a snapshot compares; some 40 bytes each.</summary>
    public const int SnapshotStrings = 4 << 20;

    /// <summary>Events in the ring that tells of snapshots: one each.</summary>
    public const int SnapshotRingEvents = 64;

    /// <summary>Milliseconds that a runtime may write a dump of itself: 4 GB took 79 seconds.</summary>
    public const int SnapshotDumpMillis = 300_000;
}
