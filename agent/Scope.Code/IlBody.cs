// What a method's IL says without running it: which methods it calls, and where it loops. Frames tell what ran; the IL tells
// what a frame that the runtime inlined, or replaced by an instruction, would have told.
using System.Reflection.Metadata;

namespace Scope.Code;

/// <summary>A call in a method's IL.</summary>
/// <param name="Token">The metadata token of what is called, as the method's module names it.</param>
/// <param name="Type">Its type with namespace, nested types with '+'.</param>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where in the IL, bytes.</param>
/// <param name="AfterZero">Whether the constant 0 is the last argument.</param>
/// <param name="IsLast">Whether the method returns what this returns: then the runtime may jump there and leave no frame of the caller.</param>
public readonly record struct IlCall(int Token, string Type, string Name, int Offset, bool AfterZero, bool IsLast = false);

/// <summary>A loop: a branch that goes back.</summary>
/// <param name="Begin">Where it goes back to, bytes.</param>
/// <param name="End">Where the branch stands, bytes.</param>
public readonly record struct IlLoop(int Begin, int End)
{
    /// <summary>How long the loop is, bytes of IL.</summary>
    public int Size => End - Begin;

    /// <summary>Whether a call is made in each turn.</summary>
    public bool Holds(in IlCall call) => call.Offset >= Begin && call.Offset <= End;
}

/// <summary>The body of a method.</summary>
/// <param name="Size">Bytes of IL.</param>
/// <param name="Calls">The calls in it, in the order of the IL; a method whose address is taken counts, for it is called by somebody.</param>
/// <param name="Loops">The loops in it.</param>
public sealed record IlBody(int Size, IReadOnlyList<IlCall> Calls, IReadOnlyList<IlLoop> Loops)
{
    const int CallBytes = 5; // The instruction and the token.

    /// <summary>Bytes of operands of the instructions of one byte, by their first and last (ECMA-335, III); those not listed have none.</summary>
    static readonly (byte First, byte Last, byte Bytes)[] Operands =
    [
        (0x0E, 0x13, 1), (0x1F, 0x1F, 1), (0x20, 0x20, 4), (0x21, 0x21, 8), (0x22, 0x22, 4), (0x23, 0x23, 8), (0x27, 0x29, 4), (0x2B, 0x37, 1), (0x38, 0x44, 4),
        (0x6F, 0x75, 4), (0x79, 0x79, 4), (0x7B, 0x81, 4), (0x8C, 0x8D, 4), (0x8F, 0x8F, 4), (0xA3, 0xA5, 4), (0xC2, 0xC2, 4), (0xC6, 0xC6, 4), (0xD0, 0xD0, 4), (0xDD, 0xDD, 4), (0xDE, 0xDE, 1),
    ];

    /// <summary>The same for those that begin with 0xFE.</summary>
    static readonly (byte First, byte Last, byte Bytes)[] LongOperands = [(0x06, 0x07, 4), (0x09, 0x0E, 2), (0x12, 0x12, 1), (0x15, 0x16, 4), (0x19, 0x19, 1), (0x1C, 0x1C, 4)];

    /// <summary>Reads a body; what cannot be IL ends the reading with what was understood so far.</summary>
    /// <param name="il">The IL.</param>
    /// <param name="nameOf">The type and name behind a method's token; null when it is none.</param>
    public static IlBody Read(BlobReader il, Func<int, (string Type, string Name)?> nameOf)
    {
        var (calls, loops) = (new List<IlCall>(), new List<IlLoop>());
        for (var before = ILOpCode.Nop; il.RemainingBytes > 0;)
        {
            var at = il.Offset;
            int first = il.ReadByte();
            if (first == 0xFE && il.RemainingBytes == 0) break;
            var code = (ILOpCode)(first == 0xFE ? 0xFE00 | il.ReadByte() : first);
            var bytes = code == ILOpCode.Switch ? SwitchBytes(il) : OperandBytes(code);
            if (bytes > il.RemainingBytes) break;
            var next = il.Offset + bytes;
            if (code is ILOpCode.Call or ILOpCode.Callvirt or ILOpCode.Newobj or ILOpCode.Ldftn or ILOpCode.Ldvirtftn)
            {
                var token = il.ReadInt32();
                if (nameOf(token) is var (type, name)) calls.Add(new(token, type, name, at, before == ILOpCode.Ldc_i4_0));
            }
            else if (IsBranch(code) && next + (bytes == 1 ? il.ReadSByte() : il.ReadInt32()) is var target && target <= at) loops.Add(new(target, at));
            if (code == ILOpCode.Ret && calls.Count > 0 && calls[^1].Offset == at - CallBytes) calls[^1] = calls[^1] with { IsLast = true };
            il.Offset = next;
            before = code;
        }
        return new(il.Length, calls, loops);
    }

    // Leaving a protected block goes backwards too: a loop around try, as "for (;;) try { … continue; }".
    static bool IsBranch(ILOpCode code) => code is >= ILOpCode.Br_s and <= ILOpCode.Blt_un or ILOpCode.Leave or ILOpCode.Leave_s;

    static int SwitchBytes(BlobReader il) => il.RemainingBytes >= 4 && il.ReadUInt32() is <= ushort.MaxValue and var cases ? 4 + 4 * (int)cases : int.MaxValue;

    static int OperandBytes(ILOpCode code)
    {
        foreach (var (first, last, bytes) in (int)code > byte.MaxValue ? LongOperands : Operands)
            if ((byte)code >= first && (byte)code <= last) return bytes;
        return 0;
    }
}
