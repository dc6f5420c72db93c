// See il_rewrite.h. Two passes over the code: the first finds where each instruction comes to stand, the second writes.
#include "il_rewrite.h"
#include "corprof.h"
#include "wire_probes.h"

namespace scope {

namespace {

constexpr uint32_t nowhere = 0xFFFFFFFF;
constexpr uint32_t longBranchBytes = 5, storeLocalBytes = 4;

struct Map {
    uint32_t* to = nullptr;  // By old offset: where the instruction's inserted code begins, or nowhere.
    ~Map() { free(to); }
};

struct Pass {
    const IlBody& body;
    const Rewriting& rewriting;
    Map map;
    uint32_t end = 0;  // Where the body ends in the new code.

    bool wraps() const { return rewriting.prologue != nullptr; }
    uint32_t start() const { return wraps() ? rewriting.prologue->length() : 0; }

    uint32_t newLength(const Instruction& instruction) const {
        if (wraps() && instruction.operation == IlRet) return (rewriting.returnLocal >= 0 ? storeLocalBytes : 0) + longBranchBytes;
        if (isBranch(instruction)) return longBranchBytes;
        return instruction.length;
    }

    int32_t measure() {
        map.to = static_cast<uint32_t*>(malloc((body.codeBytes + 1) * sizeof(uint32_t)));
        if (!map.to) return NoMemory;
        memset(map.to, 0xFF, (body.codeBytes + 1) * sizeof(uint32_t));
        uint32_t at = start(), insertion = 0;
        bool prefixed = false;
        for (uint32_t offset = 0; offset < body.codeBytes;) {
            Instruction instruction;
            if (!decode(body.code, body.codeBytes, offset, instruction)) return UnknownIl;
            if (instruction.operation == IlJmp && wraps()) return HasJmp;
            map.to[offset] = at;
            for (; insertion < rewriting.insertionCount && rewriting.insertions[insertion].offset == offset; insertion++) {
                if (prefixed) return NoSuchInstruction;
                at += rewriting.insertions[insertion].code->length();
            }
            prefixed = isPrefix(instruction);
            at += newLength(instruction);
            offset += instruction.length;
        }
        if (insertion != rewriting.insertionCount) return NoSuchInstruction;
        map.to[body.codeBytes] = end = at;
        return Ok;
    }

    bool jump(uint32_t target, uint32_t from, Bytes& out) const {
        if (target > body.codeBytes || map.to[target] == nowhere) return false;
        out.add4(map.to[target] - from);
        return true;
    }

    // A return becomes a jump to the epilogue: out of the try block, or just over what follows.
    void writeReturn(Bytes& out, uint32_t epilogueAt) const {
        if (rewriting.returnLocal >= 0) {
            out.add2(0x0EFE);  // stloc
            out.add2(static_cast<uint32_t>(rewriting.returnLocal));
        }
        out.add1(rewriting.filter ? IlLeave : 0x38);  // leave or br
        out.add4(epilogueAt - (out.length() + 4));
    }

    bool writeSwitch(const Instruction& instruction, Bytes& out) const {
        const uint8_t* at = body.code + instruction.offset;
        uint32_t targets = readU4(at + 1), next = out.length() + instruction.length;
        out.add1(IlSwitch);
        out.add4(targets);
        for (uint32_t i = 0; i < targets; i++)
            if (!jump(instruction.offset + instruction.length + readU4(at + 5 + 4 * i), next, out)) return false;
        return true;
    }

    bool writeInstruction(const Instruction& instruction, Bytes& out, uint32_t epilogueAt) const {
        if (wraps() && instruction.operation == IlRet) {
            writeReturn(out, epilogueAt);
        } else if (instruction.operation == IlSwitch) {
            return writeSwitch(instruction, out);
        } else if (isBranch(instruction)) {
            uint16_t operation = instruction.operation;
            // The long form of a short branch stands 13 further on; that of leave one before.
            out.add1(operation == IlShortLeave ? IlLeave : operation >= 0x2B && operation <= 0x37 ? operation + 13u : operation);
            return jump(branchTarget(body.code, instruction), out.length() + 4, out);
        } else if (wraps() && instruction.operation == IlTail) {
            out.add2(0);  // Two nops: a call whose end we tell cannot leave before it.
        } else {
            out.add(body.code + instruction.offset, instruction.length);
        }
        return true;
    }

    int32_t writeCode(Bytes& out, uint32_t epilogueAt) const {
        if (wraps()) out.add(*rewriting.prologue);
        uint32_t insertion = 0;
        for (uint32_t offset = 0; offset < body.codeBytes;) {
            Instruction instruction;
            decode(body.code, body.codeBytes, offset, instruction);
            for (; insertion < rewriting.insertionCount && rewriting.insertions[insertion].offset == offset; insertion++) out.add(*rewriting.insertions[insertion].code);
            if (!writeInstruction(instruction, out, epilogueAt)) return UnknownIl;
            offset += instruction.length;
        }
        if (rewriting.filter) {
            out.add(*rewriting.filter);
            out.add2(0x11FE);  // endfilter
            out.add1(0x26);    // pop
            out.add2(0x1AFE);  // rethrow
        }
        if (wraps()) out.add(*rewriting.epilogue);
        return Ok;
    }

    bool writeRange(uint32_t offset, uint32_t length, Bytes& out) const {
        uint64_t last = static_cast<uint64_t>(offset) + length;
        if (last > body.codeBytes || map.to[offset] == nowhere || map.to[last] == nowhere) return false;
        out.add4(map.to[offset]);
        out.add4(map.to[last] - map.to[offset]);
        return true;
    }

    // Inner clauses come first: ours is the outermost, and the last.
    int32_t writeClauses(Bytes& out) const {
        uint32_t count = body.clauses + (rewriting.filter ? 1 : 0);
        if (count == 0) return Ok;
        while (out.length() % 4 != 0) out.add1(0);  // The header is 12 bytes long.
        out.add4(0x41 | (4 + 24 * count) << 8);
        for (uint32_t i = 0; i < body.clauses; i++) {
            ExceptionClause clause = body.clause(i);
            out.add4(clause.flags);
            if (!writeRange(clause.tryOffset, clause.tryLength, out) || !writeRange(clause.handlerOffset, clause.handlerLength, out)) return UnknownIl;
            bool filter = clause.flags == ClauseFilter;
            if (filter && (clause.typeOrFilter > body.codeBytes || map.to[clause.typeOrFilter] == nowhere)) return UnknownIl;
            out.add4(filter ? map.to[clause.typeOrFilter] : clause.typeOrFilter);
        }
        if (!rewriting.filter) return Ok;
        uint32_t handlerAt = end + rewriting.filter->length() + 2;
        out.add4(ClauseFilter);
        out.add4(start());
        out.add4(end - start());
        out.add4(handlerAt);
        out.add4(3);
        out.add4(end);
        return Ok;
    }
};

}

int32_t rewrite(const IlBody& body, const Rewriting& rewriting, Bytes& out) {
    if (body.codeBytes > MaxIlBytes) return IlTooBig;
    Pass pass{body, rewriting, {}};
    if (int32_t why = pass.measure()) return why;
    uint32_t epilogueAt = pass.end + (rewriting.filter ? rewriting.filter->length() + 5 : 0);
    uint32_t codeBytes = epilogueAt + (pass.wraps() ? rewriting.epilogue->length() : 0);
    Bytes code;
    if (int32_t why = pass.writeCode(code, epilogueAt)) return why;
    if (code.length() != codeBytes) return code.failed() ? NoMemory : UnknownIl;
    uint32_t stack = body.maxStack + rewriting.extraStack;
    if (stack > 0xFFFF) return UnknownIl;
    bool clauses = body.clauses > 0 || rewriting.filter;
    out.add2(0x3003 | (clauses ? 8 : 0) | (body.initLocals || body.localsToken == 0 ? 0x10 : 0));
    out.add2(stack);
    out.add4(codeBytes);
    out.add4(rewriting.localsToken);
    out.add(code);
    if (int32_t why = pass.writeClauses(out)) return why;
    return out.failed() ? NoMemory : Ok;
}

}
