// The bounds of what lasts: the warm tier, archives, and files for other programs.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>How long after its end an hour's rows in Postgres stay raw: agents that lag a little still find it so.</summary>
    public const long WarmGraceNanos = 300_000_000_000;

    /// <summary>Milliseconds that dropping waits for a lock on what all write to before it gives way: they queue behind who waits.</summary>
    public const int WarmLockMillis = 300;

    /// <summary>Milliseconds that packing waits for an hour that is over: a vacuum of the server's that is at it gives way after one second.</summary>
    public const int WarmHoldMillis = 3000;

    /// <summary>Rows of minutes that one shipped batch adds to; what is beyond goes into a row for all others of its sort.</summary>
    public const int WarmMinuteRows = 4096;

    /// <summary>How long rows of minutes are kept in Postgres: a year and a month, so that a month can be compared with that of the year before.</summary>
    public const int WarmMinuteDays = 400;

    /// <summary>Memory in which the server sorts the rows of an hour that is packed; what is more goes through its temporary files.</summary>
    public const int WarmSortMegabytes = 64;

    /// <summary>Bytes of payloads that a history read from Postgres keeps: some ten million of them; older ones read as empty.</summary>
    public const long WarmPayloadBytes = 1L << 30;

    /// <summary>Events of archived segments that are held in memory while they are asked: two full segments, 256 MB. What is needed beyond is fetched again.</summary>
    public const int ColdEvents = 2 * SegmentFullEvents;

    /// <summary>Bytes of an archived recording's manifest: a segment takes some 600, so this is a recording of 6 TB.</summary>
    public const int ArchiveManifestBytes = 64 << 20;

    /// <summary>Rows of one group in a Parquet file: what is in memory while it is written, and what a reader may leave out at once.</summary>
    public const int ParquetGroupRows = 1 << 17;

    /// <summary>Bytes of texts, payloads and stacks in such a group, after which it ends early.</summary>
    public const int ParquetGroupBytes = 64 << 20;
}
