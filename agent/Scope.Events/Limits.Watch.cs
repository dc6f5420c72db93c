// The bounds of watch mode and of what it does when rules fire.
namespace Scope.Events;

public static partial class Limits
{
    /// <summary>Requests that a server of ours on the loopback answers in a second: a browser that looks, metrics each few seconds, and calls.</summary>
    public const int LoopbackRequestsPerSecond = 100;

    /// <summary>Bytes of the body of a request to it; nothing of what it is sent is read.</summary>
    public const int LoopbackBodyBytes = 64 << 10;

    /// <summary>Tables in one list of a configuration file, such as [[watch.rule]]: each rule is looked at each second for each target.</summary>
    public const int ConfiguredItems = 200;

    /// <summary>Milliseconds after the time of an incident until all of it is where it is read from: sources hold the merge up to 250, the disk is written each 100.</summary>
    public const int IncidentSettleMillis = 1_000;

    /// <summary>Bytes of the audit log of watch, after which it is begun anew beside the older one: some ten thousand actions.</summary>
    public const long AuditBytes = 4L << 20;

    /// <summary>Names or methods that one rule of watch remembers as its own or not; past that one is looked at anew each time.</summary>
    public const int RuleNames = 4096;

    /// <summary>Bytes of the hot index that a watched target has at the least, however many there are: one block.</summary>
    public const long WatchedHotBytes = 8L << 20;

    /// <summary>Bytes of texts that a watched target has at the least: two chunks, some thousand SQL statements.</summary>
    public const long WatchedPayloadBytes = 2L << 20;

    /// <summary>Events in each ring of a watched target at the least: a sixth of a second at 100,000 a second, in 1 MB.</summary>
    public const int WatchedRingEvents = 1 << 14;
}
