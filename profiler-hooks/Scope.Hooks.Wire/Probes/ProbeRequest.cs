// One probe of the native part as the agent asks for it, and as the native part tells of it: the fixed parts that both sides
// share. A plan is a row of requests, each followed by its captures, conditions and texts (ProbePlan writes it, and
// profiler-hooks/Scope.Hooks.Native checks every word of it). Same layout as in wire.h; tests compare them.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>What a probe tells, as bits.</summary>
[Flags]
public enum ProbeFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A record when the method begins (<see cref="HookKind.ProbeEnter"/>): wanted where captures are to be taken then, or for calls that do not end.</summary>
    Enter = 1,
    /// <summary>A record when it returns (<see cref="HookKind.ProbeLeave"/>), with start and duration: it stands by itself.</summary>
    Leave = 2,
    /// <summary>A record when an exception leaves it (<see cref="HookKind.ProbeException"/>), on the first pass, before any finally runs.</summary>
    Exception = 4,
    /// <summary>A record when it reaches the IL offset (<see cref="HookKind.ProbeLine"/>); excludes the other three.</summary>
    Line = 8,
    /// <summary>Count hits, write no record.</summary>
    CountOnly = 16,
    /// <summary>Also in the runtime's own core library, where a probe may be hit by the runtime itself.</summary>
    CoreLibrary = 32,
}

/// <summary>Where a probe has got to.</summary>
public enum ProbeState : uint
{
    /// <summary>No probe of this slot was ever asked for.</summary>
    None = 0,
    /// <summary>Asked for; the runtime has not made the new code yet, because nobody called the method since (a frame that never returns keeps its old code).</summary>
    Pending = 1,
    /// <summary>The new code is in place: calls are seen from here on.</summary>
    Armed = 2,
    /// <summary>It took itself out, because its hits were used up or came too fast; the old code is asked back.</summary>
    Tripped = 3,
    /// <summary>The old code is asked back: new calls run it.</summary>
    Reverted = 4,
    /// <summary>It was not armed; <see cref="ProbeStatus.Result"/> says why.</summary>
    Refused = 5,
}

/// <summary>What the native part tells of one slot; written by the target.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeStatus
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 64;

    /// <summary>The probe that the slot holds or last held.</summary>
    [FieldOffset(0)] public uint Probe;

    /// <summary>A <see cref="ProbeState"/>.</summary>
    [FieldOffset(4)] public uint State;

    /// <summary>0, or the HRESULT of a refusal or of the trip (<see cref="NativeRefusal"/>).</summary>
    [FieldOffset(8)] public int Result;

    /// <summary>In how many modules the method was found: more than one when an assembly is loaded several times.</summary>
    [FieldOffset(12)] public uint Modules;

    /// <summary>Calls or line hits that met the condition; brought up to date some times a second.</summary>
    [FieldOffset(16)] public ulong Hits;

    /// <summary>Records that a full ring or a missing one took; likewise.</summary>
    [FieldOffset(24)] public ulong Dropped;

    /// <summary>Hits beyond the allowed number, which were not recorded.</summary>
    [FieldOffset(32)] public ulong Limited;
}

/// <summary>The head of a plan.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbePlanHead
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 16;

    /// <summary>"SCPL" read as a little-endian number.</summary>
    public const uint ExpectedMagic = 0x4C504353;

    /// <summary>Must be <see cref="ExpectedMagic"/>.</summary>
    [FieldOffset(0)] public uint Magic;

    /// <summary>The size of the plan with this head.</summary>
    [FieldOffset(4)] public uint TotalBytes;

    /// <summary>How many requests follow.</summary>
    [FieldOffset(8)] public uint Requests;

    /// <summary>Must be 0.</summary>
    [FieldOffset(12)] public uint Reserved;
}

/// <summary>One probe that is asked for. Behind it, in this order and without gaps: captures (each with its steps), steps of the enter condition, of the leave condition, UTF-16 text; then padding to 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeRequest
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 64;

    /// <summary>The size of all of this request, a multiple of 8.</summary>
    [FieldOffset(0)] public uint TotalBytes;

    /// <summary>Its id, chosen by the agent: the slot is the id modulo <see cref="HookLimits.MaxProbes"/>, what lies above makes ids of one slot differ. A slot is free when its last probe is reverted or refused. Never 0.</summary>
    [FieldOffset(4)] public uint Probe;

    /// <summary>The module's version id, its first half as it lies in memory.</summary>
    [FieldOffset(8)] public ulong ModuleLow;

    /// <summary>The second half.</summary>
    [FieldOffset(16)] public ulong ModuleHigh;

    /// <summary>The method's token (0x06......).</summary>
    [FieldOffset(24)] public uint Method;

    /// <summary>The <see cref="ProbeFlags"/>.</summary>
    [FieldOffset(28)] public uint Flags;

    /// <summary>After how many hits it takes itself out; 0 for never.</summary>
    [FieldOffset(32)] public ulong MaxHits;

    /// <summary>How many hits a second, averaged over a second, are too many; 0 for any. Above it takes itself out.</summary>
    [FieldOffset(40)] public uint MaxHitsPerSecond;

    /// <summary>For a line the IL offset of an instruction.</summary>
    [FieldOffset(44)] public uint IlOffset;

    /// <summary>How many captures follow.</summary>
    [FieldOffset(48)] public ushort Captures;

    /// <summary>How many steps the condition has that is evaluated when the method begins, or at the line; 0 for none. A call that does not meet it is no hit.</summary>
    [FieldOffset(50)] public ushort EnterSteps;

    /// <summary>How many steps the condition has that is evaluated when the method returns or an exception leaves it; 0 for none. A call that does not meet it is told by no record of its end; the record of its begin, if wanted, is written before.</summary>
    [FieldOffset(52)] public ushort LeaveSteps;

    /// <summary>Must be 0.</summary>
    [FieldOffset(54)] public ushort Reserved;

    /// <summary>Bytes of UTF-16 text that conditions compare with.</summary>
    [FieldOffset(56)] public uint TextBytes;

    /// <summary>Must be 0.</summary>
    [FieldOffset(60)] public uint Reserved2;
}
