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
}

/// <summary>What the agent can ask of it.</summary>
public enum NativeCommand : uint
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Leave the target.</summary>
    Detach = 1,
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

    /// <summary>The nonce of the attach that it answers.</summary>
    [FieldOffset(8)] public ulong Nonce;

    /// <summary>The number of the last command that it has dealt with.</summary>
    [FieldOffset(16)] public uint Answered;

    /// <summary>What came of it: 0, or the error's HRESULT.</summary>
    [FieldOffset(20)] public int Result;

    /// <summary>The runtime's events that it listens to, as the runtime says.</summary>
    [FieldOffset(24)] public uint EventMask;

    /// <summary>After how long without a sign of an agent it leaves by itself.</summary>
    [FieldOffset(28)] public uint SilenceMillis;

    /// <summary>The number of the agent's last command; written by the agent, as all of this line, after the command.</summary>
    [FieldOffset(64)] public uint Asked;

    /// <summary>A <see cref="NativeCommand"/>.</summary>
    [FieldOffset(68)] public uint Command;

    /// <summary>A sign of life: any change of it counts, whatever the value.</summary>
    [FieldOffset(72)] public uint Heartbeat;
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
    public const uint CurrentVersion = 1;

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

    /// <summary>Must be 0.</summary>
    [FieldOffset(28)] public uint Reserved;

    /// <summary>The bytes to hand over.</summary>
    public static byte[] Make(ulong nonce, uint silenceMillis)
    {
        var attach = new NativeAttach { Magic = ExpectedMagic, Version = CurrentVersion, RegionVersion = RegionHeader.CurrentVersion, Nonce = nonce, SilenceMillis = silenceMillis };
        return MemoryMarshal.AsBytes(new ReadOnlySpan<NativeAttach>(in attach)).ToArray();
    }
}
