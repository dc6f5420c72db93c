// The control block of the native part, in the free part of the region's first page, and what the agent hands over when it
// attaches. Layout and numbers are the same in profiler-hooks/Scope.Hooks.Native/wire.h; tests compare them.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>What the native part is doing.</summary>
public enum NativeState
{
    /// <summary>The runtime is loading it; it takes no commands yet.</summary>
    Attaching = 1,
    /// <summary>It is there and takes commands.</summary>
    Attached = 2,
    /// <summary>It has asked the runtime to let it go.</summary>
    Detaching = 3,
    /// <summary>The runtime has let it go: no thread and no memory of it is left, only its code, which does nothing.</summary>
    Detached = 4,
    /// <summary>No sign of an agent came for the agreed time, and the runtime does not let it go because methods were rewritten: every method runs its old code again, and it waits for the next agent.</summary>
    Waiting = 5,
}

/// <summary>What the agent can ask of it.</summary>
public enum NativeCommand : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Leave the target. Refused by the runtime with 0x80131370 once a method was rewritten.</summary>
    Detach = 1,
    /// <summary>Arm the probes of the plan that stands in the probe area; the argument is its size. Answered when each has a <see cref="ProbeState"/> of its own; an error means that the plan itself makes no sense, none is armed, and <see cref="NativeControl.Detail"/> says at which byte.</summary>
    Arm = 2,
    /// <summary>Ask the old code of one probe back; the argument is its id.</summary>
    Disarm = 3,
    /// <summary>Ask all old code back.</summary>
    DisarmAll = 4,
    /// <summary>A new agent takes over what another one left: all probes are disarmed, and the argument becomes <see cref="NativeControl.Nonce"/>. An agent that sees a nonce which is not its own has been succeeded and asks for nothing more.</summary>
    TakeOver = 5,
}

/// <summary>The control block.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct NativeControl
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 128;

    /// <summary>Where it stands in the region.</summary>
    public const int Offset = 1024;

    /// <summary>The version of block and commands, <see cref="NativeAttach.CurrentVersion"/>; written by the target, as all of this line.</summary>
    [FieldOffset(0)] public uint Version;

    /// <summary>A <see cref="NativeState"/>.</summary>
    [FieldOffset(4)] public int State;

    /// <summary>The nonce of the attach that it answers, or of the agent that has taken it over since.</summary>
    [FieldOffset(8)] public ulong Nonce;

    /// <summary>The number of the last command that it has dealt with.</summary>
    [FieldOffset(16)] public uint Answered;

    /// <summary>What came of it: 0, or the error's HRESULT.</summary>
    [FieldOffset(20)] public int Result;

    /// <summary>The runtime's events that it listens to, as the runtime says; not 0 from the first armed probe on, which means that it stays until the target ends.</summary>
    [FieldOffset(24)] public uint EventMask;

    /// <summary>After how long without a sign of an agent it leaves by itself.</summary>
    [FieldOffset(28)] public uint SilenceMillis;

    /// <summary>More about the last error: for a plan the position of what makes no sense.</summary>
    [FieldOffset(32)] public uint Detail;

    /// <summary>The number of the agent's last command; written by the agent, as all of this line, after the command.</summary>
    [FieldOffset(64)] public uint Asked;

    /// <summary>A <see cref="NativeCommand"/>.</summary>
    [FieldOffset(68)] public uint Command;

    /// <summary>A sign of life: any change of it counts, whatever the value.</summary>
    [FieldOffset(72)] public uint Heartbeat;

    /// <summary>What the command needs.</summary>
    [FieldOffset(80)] public ulong Argument;
}

/// <summary>What the agent hands over when it attaches.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct NativeAttach
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 32;

    /// <summary>"SCOPNATV" read as a little-endian number.</summary>
    public const ulong ExpectedMagic = 0x5654414E504F4353;

    /// <summary>The version of this, of the control block and of the commands.</summary>
    public const uint CurrentVersion = 2;

    /// <summary>Must be <see cref="ExpectedMagic"/>.</summary>
    [FieldOffset(0)] public ulong Magic;

    /// <summary>Must be <see cref="CurrentVersion"/>.</summary>
    [FieldOffset(8)] public uint Version;

    /// <summary>The layout of regions that the agent reads, <see cref="RegionHeader.CurrentVersion"/>.</summary>
    [FieldOffset(12)] public uint RegionVersion;

    /// <summary>A number of this attach: the region that repeats it is the answer to it.</summary>
    [FieldOffset(16)] public ulong Nonce;

    /// <summary>After how long without a sign of an agent it shall leave by itself; between the two bounds of <see cref="HookLimits"/>.</summary>
    [FieldOffset(24)] public uint SilenceMillis;

    /// <summary>How many rings the region shall have, at most <see cref="HookLimits.MaxRings"/>: so many threads write at a time.</summary>
    [FieldOffset(28)] public ushort Rings;

    /// <summary>How many records each shall hold, as a power of two.</summary>
    [FieldOffset(30)] public ushort SlotsPower;

    /// <summary>The bytes to hand over; by default the region has 64 rings of 2048 records, some 9 MB.</summary>
    public static byte[] Make(ulong nonce, uint silenceMillis, int rings = 64, int slotsPower = 11)
    {
        var attach = new NativeAttach
        {
            Magic = ExpectedMagic, Version = CurrentVersion, RegionVersion = RegionHeader.CurrentVersion, Nonce = nonce,
            SilenceMillis = silenceMillis, Rings = (ushort)rings, SlotsPower = (ushort)slotsPower,
        };
        return MemoryMarshal.AsBytes(new ReadOnlySpan<NativeAttach>(in attach)).ToArray();
    }
}
