// One record in a shared ring: 64 bytes, a cache line, written inside the target and read by the agent. What has no fixed
// size (HookText) stands in the slots right behind it. The layout is the protocol between two processes that may be of
// different builds, so it is pinned by a test and changes only with Version.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>What a record tells.</summary>
public enum HookKind : ushort
{
    /// <summary>No record: what a reader finds where nothing was ever written.</summary>
    None = 0,
    /// <summary>An activity started.</summary>
    SpanStart = 1,
    /// <summary>An activity stopped; the record stands by itself, also when its start was never seen.</summary>
    SpanStop = 2,
    /// <summary>The native part is attached and ready; the value is the nonce of its attach.</summary>
    Handshake = 3,
    /// <summary>From now on the thread works for the span; for none where that is 0.</summary>
    ThreadSpan = 4,
    /// <summary>A probed method began; a ProbeRecord (Probes/ProbeRecord.cs), as the three after it.</summary>
    ProbeEnter = 16,
    /// <summary>It returned.</summary>
    ProbeLeave = 17,
    /// <summary>An exception left it.</summary>
    ProbeException = 18,
    /// <summary>It reached a line.</summary>
    ProbeLine = 19,
}

/// <summary>One record.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct HookRecord
{
    /// <summary>The size of a record.</summary>
    public const int Bytes = 64;

    /// <summary>The bit of <see cref="Flags"/> that says that a text was cut or left out.</summary>
    public const ushort IsCut = 1 << 6;

    /// <summary>The bits of <see cref="Flags"/> below the number of slots.</summary>
    internal const int TextShift = 8;

    /// <summary>When it was written, in ticks of the target's Stopwatch.</summary>
    [FieldOffset(0)] public long Ticks;

    /// <summary>What it tells.</summary>
    [FieldOffset(8)] public HookKind Kind;

    /// <summary>Kind of activity in bits 0 to 2, its status in bits 3 and 4, a remote parent in bit 5, a text that was cut in bit 6, recorded in bit 7; from bit 8 on how many slots of text follow, which the ring's writer fills in.</summary>
    [FieldOffset(10)] public ushort Flags;

    /// <summary>The low half of the record's position in its ring: a reader knows by it a slot that is not what it should be.</summary>
    [FieldOffset(12)] public uint Sequence;

    /// <summary>The first half of the W3C trace id, big-endian.</summary>
    [FieldOffset(16)] public ulong TraceHigh;

    /// <summary>The second half.</summary>
    [FieldOffset(24)] public ulong TraceLow;

    /// <summary>The W3C span id, big-endian.</summary>
    [FieldOffset(32)] public ulong Span;

    /// <summary>The parent's span id, 0 when there is none.</summary>
    [FieldOffset(40)] public ulong Parent;

    /// <summary>The operation's name: an id of the text table, 0 when the table was full.</summary>
    [FieldOffset(48)] public uint Name;

    /// <summary>The name of the activity's source, likewise.</summary>
    [FieldOffset(52)] public uint Source;

    /// <summary>For a stop the duration in units of 100 ns.</summary>
    [FieldOffset(56)] public long Value;
}
