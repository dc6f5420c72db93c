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

    /// <summary>Reads a body; what cannot be IL ends the reading with what was understood so far.</summary>
    /// <param name="il">The IL.</param>
    /// <param name="nameOf">The type and name behind a method's token; null when it is none.</param>
    public static IlBody Read(BlobReader il, Func<int, (string Type, string Name)?> nameOf)
    {
        var (calls, loops) = (new List<IlCall>(), new List<IlLoop>());
        var before = ILOpCode.Nop;
        foreach (var at in IlInstructions.Read(il))
        {
            if (at.NamesMethod && nameOf(at.Operand) is var (type, name)) calls.Add(new(at.Operand, type, name, at.Offset, before == ILOpCode.Ldc_i4_0));
            else if (at.IsBranch && at.Operand <= at.Offset) loops.Add(new(at.Operand, at.Offset));
            if (at.Code == ILOpCode.Ret && calls.Count > 0 && calls[^1].Offset == at.Offset - CallBytes) calls[^1] = calls[^1] with { IsLast = true };
            before = at.Code;
        }
        return new(il.Length, calls, loops);
    }
}
