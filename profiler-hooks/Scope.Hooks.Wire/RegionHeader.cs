// The head of the shared memory. It is one page: what it says of the layout is written once by the target before the magic,
// the rest is a mailbox, each word with one writer. The agent trusts none of it (RegionReader).
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>What the collector is doing.</summary>
public enum HookState
{
    /// <summary>Loaded; listens to nothing.</summary>
    Idle = 1,
    /// <summary>Listens and writes.</summary>
    Active = 2,
    /// <summary>Turned itself off, because the agent went silent.</summary>
    AgentSilent = 3,
    /// <summary>Turned itself off after an error of its own.</summary>
    Failed = 4,
    /// <summary>Turned off by the agent: no thread and no listener of it is left.</summary>
    Ended = 5,
}

/// <summary>What the agent can ask for, as bits.</summary>
[Flags]
public enum HookFeatures
{
    /// <summary>Nothing: the listener is disposed.</summary>
    None = 0,
    /// <summary>A record when an activity stops.</summary>
    SpanStops = 1,
    /// <summary>A record when an activity starts, too.</summary>
    SpanStarts = 2,
    /// <summary>Ask all sources for propagation data only; without it just those that somebody else listens to, whose decisions are theirs.</summary>
    PropagationOnly = 4,
    /// <summary>With a stop its status, tags, links and events.</summary>
    Tags = 8,
    /// <summary>Method, path, route and status of requests that ASP.NET Core serves.</summary>
    Requests = 16,
    /// <summary>Which span each thread works for, at every change.</summary>
    ThreadSpans = 32,
    /// <summary>No activities for calls that no activity surrounds: a process that made none does not begin to send trace ids.</summary>
    NoLoneCalls = 64,
}

/// <summary>The head of the shared memory.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct RegionHeader
{
    /// <summary>The size of the head: one page.</summary>
    public const int Bytes = 4096;

    /// <summary>"SCOPHOOK" read as a little-endian number: written last, so that who sees it sees a whole head.</summary>
    public const ulong ExpectedMagic = 0x4B4F4F48504F4353;

    /// <summary>The version of this layout and of the records.</summary>
    public const uint CurrentVersion = 2;

    /// <summary>Must be <see cref="ExpectedMagic"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Must be <see cref="CurrentVersion"/>.</summary>
    [FieldOffset(8)] public uint Version;

    /// <summary>How many rings there are.</summary>
    [FieldOffset(12)] public uint Rings;

    /// <summary>How many records each holds, a power of two.</summary>
    [FieldOffset(16)] public uint Slots;

    /// <summary>The size of the text table.</summary>
    [FieldOffset(20)] public uint TextBytes;

    /// <summary>Ticks of the target's Stopwatch in a second.</summary>
    [FieldOffset(24)] public long TicksPerSecond;

    /// <summary>A <see cref="HookState"/>; written by the target.</summary>
    [FieldOffset(32)] public int State;

    /// <summary>The <see cref="HookFeatures"/> that are on; written by the target.</summary>
    [FieldOffset(36)] public int Active;

    /// <summary>Records dropped because no ring was free for their thread; written by the target.</summary>
    [FieldOffset(40)] public long DroppedWithoutRing;

    /// <summary>Errors that the collector swallowed; written by the target.</summary>
    [FieldOffset(48)] public long Errors;

    /// <summary>Bytes of the text table that are written; written by the target.</summary>
    [FieldOffset(56)] public long TextTail;

    /// <summary>The <see cref="HookFeatures"/> that the agent wants; written by the agent.</summary>
    [FieldOffset(64)] public int Wanted;

    /// <summary>The agent's last sign of life, in ticks of Stopwatch, which all processes of a machine share; written by the agent.</summary>
    [FieldOffset(72)] public long HeartbeatTicks;
}

/// <summary>The head of one ring: the words of writer and reader on lines of their own.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct RingHeader
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 256;

    /// <summary>How many records were ever written; written by the owning thread.</summary>
    [FieldOffset(0)] public ulong Head;

    /// <summary>How many were ever read; written by the agent.</summary>
    [FieldOffset(64)] public ulong Tail;

    /// <summary>Records dropped because the ring was full; written by the owning thread.</summary>
    [FieldOffset(128)] public long Dropped;

    /// <summary>The operating system's id of the owning thread.</summary>
    [FieldOffset(136)] public int Thread;

    /// <summary>Odd while it is owned. Each change of owner adds one, so that a thread that gives back late, after the agent took the ring of it for dead, takes it from nobody.</summary>
    [FieldOffset(140)] public int Owned;
}
