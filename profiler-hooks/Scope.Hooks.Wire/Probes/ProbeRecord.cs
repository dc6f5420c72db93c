// A hit in the ring: a record of the common 64 bytes seen through its own fields. Values stand one behind the other, in the
// order of the captures, each 4 bytes of head and its content padded to 4; what has no room in the record goes on in the
// slots behind it, as any record's text.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>A record of a probe. The ring knows the thread.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeRecord
{
    /// <summary>The size of it: a slot.</summary>
    public const int Bytes = HookRecord.Bytes;

    /// <summary>How many bytes of values it holds itself.</summary>
    public const int OwnValueBytes = 16;

    /// <summary>When it was written, in ticks of Stopwatch: when the call began or ended, or the line was reached.</summary>
    [FieldOffset(0)] public long Ticks;

    /// <summary>ProbeEnter, ProbeLeave, ProbeException or ProbeLine.</summary>
    [FieldOffset(8)] public HookKind Kind;

    /// <summary>The <see cref="ProbeRecordFlags"/>; from bit 8 on how many slots follow.</summary>
    [FieldOffset(10)] public ProbeRecordFlags Flags;

    /// <summary>As in every record.</summary>
    [FieldOffset(12)] public uint Sequence;

    /// <summary>The probe's id.</summary>
    [FieldOffset(16)] public uint Probe;

    /// <summary>How many recorded calls the thread is in, this one included; at most 255, which means that or more.</summary>
    [FieldOffset(20)] public ushort Depth;

    /// <summary>Bytes of values, here and in the slots behind.</summary>
    [FieldOffset(22)] public ushort ValueBytes;

    /// <summary>Leave and exception: how long it took, in ticks of Stopwatch.</summary>
    [FieldOffset(24)] public long DurationTicks;

    /// <summary>A number of the call: the records of its begin and of its end have the same, no other call on the thread has it.</summary>
    [FieldOffset(32)] public ulong Call;

    /// <summary>Exception: its method table.</summary>
    [FieldOffset(40)] public ulong ExceptionType;

    /// <summary>The first <see cref="OwnValueBytes"/> of the values.</summary>
    [FieldOffset(48)] public ulong Values;
}

/// <summary>What a record of a probe adds, as bits.</summary>
[Flags]
public enum ProbeRecordFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Not all values found room.</summary>
    ValuesCut = 1,
}

/// <summary>What a captured value is.</summary>
public enum ProbeValueKind : byte
{
    /// <summary>A whole number, 8 bytes, or 4 of an int that stands in the frame itself.</summary>
    Int = 1,
    /// <summary>One without sign, 8 bytes.</summary>
    UInt = 2,
    /// <summary>A double, 8 bytes; a float is widened.</summary>
    Double = 3,
    /// <summary>A bool, 4 bytes.</summary>
    Bool = 4,
    /// <summary>A char, 4 bytes.</summary>
    Char = 5,
    /// <summary>The length of the whole text in characters, 4 bytes, then the first characters in UTF-16.</summary>
    Text = 6,
    /// <summary>A method table, 8 bytes.</summary>
    Type = 7,
    /// <summary>A length, 4 bytes.</summary>
    Length = 8,
    /// <summary>A method table and the object's first bytes, 16 in all; 0 for those when it holds references or nothing.</summary>
    Object = 9,
    /// <summary>Raw bytes.</summary>
    Bytes = 10,
    /// <summary>A null: at the hop of the number, from 0, or at the end (the number of hops); 4 bytes.</summary>
    Null = 11,
    /// <summary>An object of another type than the plan expects or the read needs: its method table, 8 bytes.</summary>
    OtherType = 12,
    /// <summary>No element of that index: the array's length, 4 bytes.</summary>
    OutOfRange = 13,
    /// <summary>What lies there is not what the plan takes it for, and was not followed: the hop's number, 4 bytes.</summary>
    Unreadable = 14,
}

/// <summary>The head of a captured value.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeValueHead
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 4;

    /// <summary>The capture's index in the request.</summary>
    [FieldOffset(0)] public byte Capture;

    /// <summary>A <see cref="ProbeValueKind"/>.</summary>
    [FieldOffset(1)] public byte Kind;

    /// <summary>Bytes of content, without the padding to 4 that follows it.</summary>
    [FieldOffset(2)] public ushort ContentBytes;
}
