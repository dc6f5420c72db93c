// The instructions of a method's IL one after the other, with what each carries: a token, a number, or where it branches to.
// The lengths of operands are a table; what cannot be IL ends the reading.
using System.Reflection.Metadata;

namespace Scope.Code;

/// <summary>An instruction.</summary>
/// <param name="Code">What it does.</param>
/// <param name="Offset">Where it stands, bytes.</param>
/// <param name="Operand">The token or number that it carries; of a branch the offset that it goes to; 0 for none, and of a switch.</param>
/// <param name="Next">Where the next one stands.</param>
public readonly record struct IlInstruction(ILOpCode Code, int Offset, int Operand, int Next)
{
    /// <summary>Whether it may go on elsewhere; leaving a protected block goes backwards too: a loop around try, as "for (;;) try { … continue; }".</summary>
    public bool IsBranch => Code is >= ILOpCode.Br_s and <= ILOpCode.Blt_un or ILOpCode.Leave or ILOpCode.Leave_s;

    /// <summary>The slot of the local variable that it loads; null when it loads none.</summary>
    public int? LoadedLocal => Code switch
    {
        >= ILOpCode.Ldloc_0 and <= ILOpCode.Ldloc_3 => Code - ILOpCode.Ldloc_0,
        ILOpCode.Ldloc_s => (byte)Operand,
        ILOpCode.Ldloc => (ushort)Operand,
        _ => null,
    };

    /// <summary>Whether it calls a method, makes an object by its constructor or takes a method's address.</summary>
    public bool NamesMethod => Code is ILOpCode.Call or ILOpCode.Callvirt or ILOpCode.Newobj or ILOpCode.Ldftn or ILOpCode.Ldvirtftn;
}

/// <summary>Reads IL.</summary>
public static class IlInstructions
{
    /// <summary>Bytes of operands of the instructions of one byte, by their first and last (ECMA-335, III); those not listed have none.</summary>
    static readonly (byte First, byte Last, byte Bytes)[] Operands =
    [
        (0x0E, 0x13, 1), (0x1F, 0x1F, 1), (0x20, 0x20, 4), (0x21, 0x21, 8), (0x22, 0x22, 4), (0x23, 0x23, 8), (0x27, 0x29, 4), (0x2B, 0x37, 1), (0x38, 0x44, 4),
        (0x6F, 0x75, 4), (0x79, 0x79, 4), (0x7B, 0x81, 4), (0x8C, 0x8D, 4), (0x8F, 0x8F, 4), (0xA3, 0xA5, 4), (0xC2, 0xC2, 4), (0xC6, 0xC6, 4), (0xD0, 0xD0, 4), (0xDD, 0xDD, 4), (0xDE, 0xDE, 1),
    ];

    /// <summary>The same for those that begin with 0xFE.</summary>
    static readonly (byte First, byte Last, byte Bytes)[] LongOperands = [(0x06, 0x07, 4), (0x09, 0x0E, 2), (0x12, 0x12, 1), (0x15, 0x16, 4), (0x19, 0x19, 1), (0x1C, 0x1C, 4)];

    /// <summary>The instructions in their order; what cannot be IL ends them.</summary>
    public static IEnumerable<IlInstruction> Read(BlobReader il)
    {
        while (il.RemainingBytes > 0)
        {
            var at = il.Offset;
            int first = il.ReadByte();
            if (first == 0xFE && il.RemainingBytes == 0) yield break;
            var code = (ILOpCode)(first == 0xFE ? 0xFE00 | il.ReadByte() : first);
            var bytes = code == ILOpCode.Switch ? SwitchBytes(il) : OperandBytes(code);
            if (bytes > il.RemainingBytes) yield break;
            var next = il.Offset + bytes;
            var operand = code == ILOpCode.Switch ? 0 : bytes switch { 1 => il.ReadSByte(), 2 => il.ReadInt16(), 4 or 8 => il.ReadInt32(), _ => 0 };
            var told = new IlInstruction(code, at, operand, next);
            yield return told.IsBranch ? told with { Operand = next + operand } : told;
            il.Offset = next;
        }
    }

    static int SwitchBytes(BlobReader il) => il.RemainingBytes >= 4 && il.ReadUInt32() is <= ushort.MaxValue and var cases ? 4 + 4 * (int)cases : int.MaxValue;

    static int OperandBytes(ILOpCode code)
    {
        foreach (var (first, last, bytes) in (int)code > byte.MaxValue ? LongOperands : Operands)
            if ((byte)code >= first && (byte)code <= last) return bytes;
        return 0;
    }
}
