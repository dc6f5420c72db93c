// When a hit counts: a small program in postfix order over captures, constants and elapsed time. It runs on a stack of
// HookLimits.MaxConditionDepth values, each a whole number, a floating one, or nothing (a null on the way, a text). It must
// leave exactly one value, which is true when it is a number other than 0.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>One operation.</summary>
public enum ConditionOperation : byte
{
    /// <summary>Pushes the number that the capture of the index reads now; nothing when it reads none.</summary>
    Capture = 1,
    /// <summary>Pushes the constant.</summary>
    Integer = 2,
    /// <summary>Pushes the constant's bits as a double.</summary>
    Double = 3,
    /// <summary>Pushes the nanoseconds since the method began; only where it ends.</summary>
    ElapsedNanos = 4,
    /// <summary>Takes two and pushes whether they are equal. A comparison with nothing is false, this and the five below.</summary>
    Equal = 5,
    /// <summary>Whether they differ.</summary>
    NotEqual = 6,
    /// <summary>Whether the first is smaller.</summary>
    Less = 7,
    /// <summary>Whether it is smaller or equal.</summary>
    LessOrEqual = 8,
    /// <summary>Whether it is greater.</summary>
    Greater = 9,
    /// <summary>Whether it is greater or equal.</summary>
    GreaterOrEqual = 10,
    /// <summary>Takes two and pushes whether both are true.</summary>
    And = 11,
    /// <summary>Whether one of them is.</summary>
    Or = 12,
    /// <summary>Takes one and pushes whether it is not true.</summary>
    Not = 13,
    /// <summary>Pushes whether there is a null on the way of the capture of the index, or at its end.</summary>
    IsNull = 14,
    /// <summary>Pushes whether the capture reads the text exactly.</summary>
    TextEquals = 15,
    /// <summary>Whether it reads a text that begins with it.</summary>
    TextStartsWith = 16,
    /// <summary>Whether it reads a text that ends with it.</summary>
    TextEndsWith = 17,
    /// <summary>Whether its first <see cref="HookLimits.MaxSearchedChars"/> characters contain it.</summary>
    TextContains = 18,
    /// <summary>Whether the object that the capture reads (<see cref="CaptureRead.Type"/>) has the method table of the constant.</summary>
    TypeIs = 19,
}

/// <summary>One step of a condition.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
public struct ConditionStep
{
    /// <summary>The size of it.</summary>
    public const int Bytes = 16;

    /// <summary>A <see cref="ConditionOperation"/>.</summary>
    [FieldOffset(0)] public byte Operation;

    /// <summary>Must be 0.</summary>
    [FieldOffset(1)] public byte Reserved;

    /// <summary>The capture's index.</summary>
    [FieldOffset(2)] public ushort Capture;

    /// <summary>The length of the text, in characters.</summary>
    [FieldOffset(4)] public uint Chars;

    /// <summary>The constant; for a text where it begins, in characters from the start of the request's texts.</summary>
    [FieldOffset(8)] public long Constant;
}
