// Instructions of a method's IL, read by the runtime library's own table of operations: what the native part makes of a body
// is compared by a reader that shares nothing with it.
using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Scope.Hooks.Tests;

/// <param name="Offset">Where it begins.</param>
/// <param name="Code">What it does.</param>
/// <param name="Operand">The bytes behind the operation.</param>
readonly record struct IlInstruction(int Offset, OpCode Code, ReadOnlyMemory<byte> Operand)
{
    static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    public int End => Offset + Code.Size + Operand.Length;

    public bool IsPrefix => Code.OpCodeType == OpCodeType.Prefix;

    public bool IsBranch => Code.OperandType is OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget;

    /// <summary>Where a branch or a switch may go.</summary>
    public IEnumerable<int> Targets()
    {
        var operand = Operand;
        int end = End;
        return Code.OperandType switch
        {
            OperandType.ShortInlineBrTarget => [end + (sbyte)operand.Span[0]],
            OperandType.InlineBrTarget => [end + BinaryPrimitives.ReadInt32LittleEndian(operand.Span)],
            OperandType.InlineSwitch => Enumerable.Range(1, operand.Length / 4 - 1).Select(i => end + BinaryPrimitives.ReadInt32LittleEndian(operand.Span[(4 * i)..])),
            _ => [],
        };
    }

    public static List<IlInstruction> All(ReadOnlyMemory<byte> il)
    {
        var all = new List<IlInstruction>();
        for (int at = 0; at < il.Length; at = all[^1].End)
        {
            byte first = il.Span[at];
            var code = Codes[first == 0xFE ? unchecked((short)(0xFE00 | il.Span[at + 1])) : first];
            int operand = at + code.Size;
            int length = code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(il.Span[operand..]),
                _ => 4,
            };
            all.Add(new IlInstruction(at, code, il.Slice(operand, length)));
        }
        return all;
    }
}
