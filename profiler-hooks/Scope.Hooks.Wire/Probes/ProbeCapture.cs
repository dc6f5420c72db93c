// What a probe looks at: a root that the method's frame holds, a path of hops from there, and what to read at its end. The
// agent works the offsets out from the runtime's own tables; the native part follows them without knowing any type, checks
// each object against its method table before it looks inside, and tells a null on the way as one.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>When a capture is taken, as bits.</summary>
[Flags]
public enum CaptureMoment : byte
{
    /// <summary>When the method begins; needs <see cref="ProbeFlags.Enter"/> to be told.</summary>
    Enter = 1,
    /// <summary>When it returns.</summary>
    Leave = 2,
    /// <summary>When an exception leaves it.</summary>
    Exception = 4,
    /// <summary>When it reaches the line.</summary>
    Line = 8,
    /// <summary>Taken where a condition asks for it, and told in no record.</summary>
    OnlyForCondition = 128,
}

/// <summary>Where a path begins: the address of a place in the method's frame.</summary>
public enum CaptureRoot : byte
{
    /// <summary>The argument of the index, counted as IL does: in an instance method 0 is <c>this</c> (an object, or for a struct a reference to it, which a hop follows alike).</summary>
    Argument = 0,
    /// <summary>The local variable of the index; before its first assignment it is zero.</summary>
    Local = 1,
    /// <summary>The value that is returned; only at <see cref="CaptureMoment.Leave"/>.</summary>
    Return = 2,
    /// <summary>The exception; only at <see cref="CaptureMoment.Exception"/>.</summary>
    Exception = 3,
}

/// <summary>One hop of a path.</summary>
public enum CaptureHop : uint
{
    /// <summary>Stays in the same piece of memory and goes on by the offset: a field of a struct that lies right here.</summary>
    Within = 0,
    /// <summary>Follows the reference that lies here, and goes on by the offset from where it points: in an object the first field is at 8 (its method table is at 0), in a struct behind a reference at 0.</summary>
    Follow = 1,
    /// <summary>Follows the reference to an array, and goes to the element of the index.</summary>
    Element = 2,
}

/// <summary>What to read at the end of a path. Text, type, length and object follow a last reference by themselves.</summary>
public enum CaptureRead : byte
{
    /// <summary>A signed byte.</summary>
    Int8 = 1,
    /// <summary>A byte.</summary>
    UInt8 = 2,
    /// <summary>A short.</summary>
    Int16 = 3,
    /// <summary>An unsigned short.</summary>
    UInt16 = 4,
    /// <summary>An int.</summary>
    Int32 = 5,
    /// <summary>An unsigned int.</summary>
    UInt32 = 6,
    /// <summary>A long.</summary>
    Int64 = 7,
    /// <summary>An unsigned long, a native int or an address.</summary>
    UInt64 = 8,
    /// <summary>A float.</summary>
    Single = 9,
    /// <summary>A double.</summary>
    Double = 10,
    /// <summary>A bool.</summary>
    Bool = 11,
    /// <summary>A char.</summary>
    Char = 12,
    /// <summary>A string's first characters, at most <see cref="ProbeCapture.Room"/>.</summary>
    Text = 13,
    /// <summary>The method table of the object.</summary>
    Type = 14,
    /// <summary>The length of a string or an array.</summary>
    Length = 15,
    /// <summary>Whatever the object is: text for a string, else its method table and, for one without references inside, its first 8 bytes (a boxed number).</summary>
    Object = 16,
    /// <summary>The raw bytes of a value (Guid, decimal, DateTime, Nullable), <see cref="ProbeCapture.Room"/> of them.</summary>
    Bytes = 17,
}

/// <summary>One capture. Its hops follow it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeCapture
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 8;

    /// <summary>A <see cref="CaptureRoot"/>.</summary>
    [FieldOffset(0)] public byte Root;

    /// <summary>A <see cref="CaptureRead"/>.</summary>
    [FieldOffset(1)] public byte Read;

    /// <summary>The <see cref="CaptureMoment"/>s.</summary>
    [FieldOffset(2)] public byte Moments;

    /// <summary>How many hops follow.</summary>
    [FieldOffset(3)] public byte Hops;

    /// <summary>The index of the argument or local variable.</summary>
    [FieldOffset(4)] public ushort Index;

    /// <summary>The most characters of a text, the number of raw bytes, and 0 for everything else.</summary>
    [FieldOffset(6)] public ushort Room;
}

/// <summary>One hop.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ProbeHop
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 16;

    /// <summary>A <see cref="CaptureHop"/>.</summary>
    [FieldOffset(0)] public uint Hop;

    /// <summary>The offset in bytes, or the element's index.</summary>
    [FieldOffset(4)] public uint Offset;

    /// <summary>The method table that the object must have exactly, 0 when the declared type is enough: for a path through a field whose declared type does not have the next one. Another type is told as such.</summary>
    [FieldOffset(8)] public ulong Type;
}
