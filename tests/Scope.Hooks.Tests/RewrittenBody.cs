// Whether a rewritten body is the old one with what was ordered around and in it, and nothing else: instruction by instruction,
// each branch to where its target has moved, each clause over the instructions that it was over.
using System.Buffers.Binary;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Tests;

static class RewrittenBody
{
    // What a call without places is made of: stamp, id, function, call, and what is done with the result.
    static readonly OpCode[] Call = [OpCodes.Ldc_I4_0, OpCodes.Conv_I8, OpCodes.Ldc_I4, OpCodes.Ldc_I8, OpCodes.Conv_I, OpCodes.Calli];

    /// <summary>Says the first thing that is not as it must be; null when all is.</summary>
    public static unsafe string? Mistake(MethodBodyBlock before, byte[] after, bool timed, IReadOnlyList<ProbeOrder> lines)
    {
        fixed (byte* at = after)
            return new Comparison(before, MethodBodyBlock.Create(new BlobReader(at, after.Length)), timed, lines).Mistake();
    }

    sealed class Comparison(MethodBodyBlock before, MethodBodyBlock after, bool timed, IReadOnlyList<ProbeOrder> lines)
    {
        readonly List<IlInstruction> _old = IlInstruction.All(before.GetILBytes()), _new = IlInstruction.All(after.GetILBytes());
        readonly Dictionary<int, int> _moved = [];
        int _at, _bodyEnd;

        public string? Mistake() =>
            after.MaxStack < before.MaxStack + 8 ? $"its stack of {after.MaxStack} is too low" : MistakeOfCode() ?? _old.Select(MistakeOfJump).FirstOrDefault(m => m is not null) ?? MistakeOfClauses();

        string? MistakeOfCode()
        {
            if (timed && !Takes([.. Call, OpCodes.Stloc]))
                return "it does not begin with a call";
            foreach (var instruction in _old)
            {
                _moved[instruction.Offset] = Here;
                foreach (var line in lines.Where(l => l.IlOffset == instruction.Offset))
                    if (_new[_at + 2].Code != OpCodes.Ldc_I4 || BinaryPrimitives.ReadUInt32LittleEndian(_new[_at + 2].Operand.Span) != line.Probe || !Takes([.. Call, OpCodes.Pop]))
                        return $"no call of line {line.IlOffset:X}";
                if (!TakesMoved(instruction))
                    return $"at {instruction.Offset:X} there was {instruction.Code.Name}, and now at {Here:X} there is {_new[_at].Code.Name}";
            }
            _moved[_old[^1].End] = _bodyEnd = Here;
            // The exception is handed over too, by the smallest call that has places: two.
            OpCode[] filter = [OpCodes.Stloc, OpCodes.Ldloc, OpCodes.Brfalse, OpCodes.Ldloc, OpCodes.Ldc_I4, OpCodes.Ldloca, OpCodes.Conv_U, OpCodes.Ldc_I4_0, OpCodes.Conv_U, OpCodes.Ldc_I8, OpCodes.Conv_I, OpCodes.Calli, OpCodes.Pop, OpCodes.Ldc_I4_0, OpCodes.Endfilter, OpCodes.Pop, OpCodes.Rethrow];
            var ends = _at;
            if (timed && (!Takes(filter) || !Takes([OpCodes.Ldloc, OpCodes.Brfalse, OpCodes.Ldloc, .. Call[2..], OpCodes.Pop])))
                return "it does not end as it must";
            if (timed && !_new[ends.._at].Where(i => i.Code == OpCodes.Brfalse).All(PassesOverItsCall))
                return "a call that was not taken goes on elsewhere than behind what would tell its end";
            if (timed && _new[_at].Code == OpCodes.Ldloc)
                _at++;
            return timed && !Takes([OpCodes.Ret]) ? "it does not return" : _at == _new.Count ? null : "more follows";
        }

        bool PassesOverItsCall(IlInstruction branch) => _new.SkipWhile(i => i.Offset < branch.End).SkipWhile(i => i.Code != OpCodes.Pop).First().End == branch.End + BinaryPrimitives.ReadInt32LittleEndian(branch.Operand.Span);

        int Here => _at < _new.Count ? _new[_at].Offset : _new[^1].End;

        bool Takes(OpCode[] codes)
        {
            if (_at + codes.Length > _new.Count || !codes.Select((code, i) => code == _new[_at + i].Code).All(same => same))
                return false;
            _at += codes.Length;
            return true;
        }

        bool TakesMoved(IlInstruction old)
        {
            if (timed && old.Code == OpCodes.Ret)
                return Takes([OpCodes.Stloc, OpCodes.Leave]) || Takes([OpCodes.Leave]);
            if (timed && old.Code == OpCodes.Tailcall)
                return Takes([OpCodes.Nop, OpCodes.Nop]);
            string wide = old.IsBranch && old.Code.Name!.EndsWith(".s", StringComparison.Ordinal) ? old.Code.Name[..^2] : old.Code.Name!;
            return _new[_at].Code.Name == wide && (old.IsBranch || old.Code == OpCodes.Switch || old.Operand.Span.SequenceEqual(_new[_at].Operand.Span)) && ++_at > 0;
        }

        string? MistakeOfJump(IlInstruction old)
        {
            var targets = old.Targets().Select(t => _moved.GetValueOrDefault(t, -1)).ToList();
            if (targets.Count == 0)
                return null;
            // What was inserted before a branch stands between its old place and itself.
            var moved = _new.First(i => i.Offset >= _moved[old.Offset] && (i.IsBranch || i.Code == OpCodes.Switch));
            return moved.Targets().SequenceEqual(targets) ? null : $"the jump at {old.Offset:X} goes to {string.Join(" ", moved.Targets())} and not to {string.Join(" ", targets)}";
        }

        string? MistakeOfClauses()
        {
            var expected = before.ExceptionRegions.Select(r => (r.Kind, r.CatchType, Try: Range(r.TryOffset, r.TryLength), Handler: Range(r.HandlerOffset, r.HandlerLength), Filter: r.Kind is ExceptionRegionKind.Filter ? _moved[r.FilterOffset] : -1)).ToList();
            var found = after.ExceptionRegions.Select(r => (r.Kind, r.CatchType, Try: (r.TryOffset, r.TryLength), Handler: (r.HandlerOffset, r.HandlerLength), Filter: r.Kind is ExceptionRegionKind.Filter ? r.FilterOffset : -1)).ToList();
            if (timed)
            {
                int start = _moved[0], handler = _new.First(i => i.Offset > _bodyEnd && i.Code == OpCodes.Endfilter).End;
                expected.Add((ExceptionRegionKind.Filter, default, (start, _bodyEnd - start), (handler, 3), _bodyEnd));
            }
            return found.SequenceEqual(expected) ? null : $"its clauses are {string.Join(" ", found)} and not {string.Join(" ", expected)}";
        }

        (int, int) Range(int offset, int length) => (_moved[offset], _moved[offset + length] - _moved[offset]);
    }
}
