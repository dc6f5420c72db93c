// See il_body.h. The form is that of the published standard (ECMA-335, partition II, 25.4, and partition III).
#include "il_body.h"

namespace scope {

static constexpr uint8_t TinyFormat = 2, FatFormat = 3, FormatMask = 3;
static constexpr uint16_t MoreSections = 8, InitLocals = 0x10;
static constexpr uint8_t SectionIsClauses = 1, SectionIsFat = 0x40, SectionIsFollowed = 0x80, SectionKindMask = 0x3F;
static constexpr uint32_t FatClauseBytes = 24, SmallClauseBytes = 12, FatHeaderBytes = 12;

// The section of clauses behind the code. A second section that is none of clauses is of no kind that exists.
static bool parseSections(const uint8_t* bytes, size_t length, size_t at, const uint8_t*& clauseBytes, uint32_t& clauses, bool& fat) {
    at = (at + 3) & ~static_cast<size_t>(3);
    if (at + 4 > length) return false;
    uint8_t kind = bytes[at];
    if ((kind & SectionKindMask) != SectionIsClauses || (kind & SectionIsFollowed)) return false;
    fat = kind & SectionIsFat;
    uint32_t sectionBytes = fat ? readU4(bytes + at) >> 8 : bytes[at + 1];
    // Some compilers leave the four bytes of the section's own head out of a small section's size.
    clauses = fat ? (sectionBytes - 4) / FatClauseBytes : sectionBytes / SmallClauseBytes;
    clauseBytes = bytes + at + 4;
    return sectionBytes >= 4 && at + 4 + static_cast<size_t>(clauses) * (fat ? FatClauseBytes : SmallClauseBytes) <= length;
}

bool parseBody(const uint8_t* bytes, size_t length, IlBody& body) {
    body = {};
    if (length < 1) return false;
    if ((bytes[0] & FormatMask) == TinyFormat) {
        body.code = bytes + 1;
        body.codeBytes = bytes[0] >> 2;
        return body.codeBytes > 0 && body.codeBytes + 1u <= length;
    }
    if (length < FatHeaderBytes || (bytes[0] & FormatMask) != FatFormat) return false;
    uint16_t flags = readU2(bytes);
    uint32_t headerBytes = (flags >> 12) * 4u;
    body.maxStack = readU2(bytes + 2);
    body.codeBytes = readU4(bytes + 4);
    body.localsToken = readU4(bytes + 8);
    body.initLocals = flags & InitLocals;
    body.code = bytes + headerBytes;
    if (headerBytes < FatHeaderBytes || body.codeBytes == 0 || body.codeBytes > length || headerBytes > length - body.codeBytes) return false;
    if (!(flags & MoreSections)) return true;
    return parseSections(bytes, length, headerBytes + body.codeBytes, body.clauseBytes, body.clauses, body.fatClauses);
}

ExceptionClause IlBody::clause(uint32_t index) const {
    if (fatClauses) {
        const uint8_t* at = clauseBytes + index * FatClauseBytes;
        return {readU4(at), readU4(at + 4), readU4(at + 8), readU4(at + 12), readU4(at + 16), readU4(at + 20)};
    }
    const uint8_t* at = clauseBytes + index * SmallClauseBytes;
    return {readU2(at), readU2(at + 2), at[4], readU2(at + 5), at[7], readU4(at + 8)};
}

// Bytes of operand by operation; a switch is its own case.
static uint32_t operandBytes(uint16_t operation) {
    switch (operation) {
        case 0x0E ... 0x13:  // ldarg.s to stloc.s
        case 0x1F:           // ldc.i4.s
        case 0x2B ... 0x37:  // the short branches
        case 0xDE:           // leave.s
        case 0xFE12:         // unaligned.
        case 0xFE19:         // no.
            return 1;
        case 0xFE09 ... 0xFE0E:  // ldarg to stloc
            return 2;
        case 0x20:           // ldc.i4
        case 0x22:           // ldc.r4
        case 0x27 ... 0x29:  // jmp, call, calli
        case 0x38 ... 0x44:  // the long branches
        case 0x6F ... 0x75:  // callvirt, cpobj, ldobj, ldstr, newobj, castclass, isinst
        case 0x79:           // unbox
        case 0x7B ... 0x81:  // fields, stobj
        case 0x8C:           // box
        case 0x8D:           // newarr
        case 0x8F:           // ldelema
        case 0xA3 ... 0xA5:  // ldelem, stelem, unbox.any
        case 0xC2:           // refanyval
        case 0xC6:           // mkrefany
        case 0xD0:           // ldtoken
        case 0xDD:           // leave
        case 0xFE06:         // ldftn
        case 0xFE07:         // ldvirtftn
        case 0xFE15:         // initobj
        case 0xFE16:         // constrained.
        case 0xFE1C:         // sizeof
            return 4;
        case 0x21:  // ldc.i8
        case 0x23:  // ldc.r8
            return 8;
        default:
            return 0;
    }
}

bool isBranch(const Instruction& instruction) {
    uint16_t operation = instruction.operation;
    return (operation >= 0x2B && operation <= 0x44) || operation == IlLeave || operation == IlShortLeave;
}

bool isPrefix(const Instruction& instruction) {
    uint16_t operation = instruction.operation;
    return (operation >= 0xFE12 && operation <= 0xFE14) || operation == 0xFE16 || operation == 0xFE19 || operation == 0xFE1E;
}

bool decode(const uint8_t* code, uint32_t codeBytes, uint32_t offset, Instruction& instruction) {
    if (offset >= codeBytes) return false;
    uint32_t left = codeBytes - offset;
    bool two = code[offset] == 0xFE;
    if (two && left < 2) return false;
    instruction.offset = offset;
    instruction.operationBytes = two ? 2 : 1;
    instruction.operation = two ? static_cast<uint16_t>(0xFE00 | code[offset + 1]) : code[offset];
    uint64_t length = instruction.operationBytes + static_cast<uint64_t>(operandBytes(instruction.operation));
    if (instruction.operation == IlSwitch) {
        if (left < 5) return false;
        length = 5 + 4 * static_cast<uint64_t>(readU4(code + offset + 1));
    }
    if (length > left) return false;
    instruction.length = static_cast<uint32_t>(length);
    return true;
}

uint32_t branchTarget(const uint8_t* code, const Instruction& branch) {
    uint32_t next = branch.offset + branch.length;
    const uint8_t* operand = code + branch.offset + branch.operationBytes;
    return next + (branch.length - branch.operationBytes == 1 ? static_cast<uint32_t>(static_cast<int8_t>(*operand)) : readU4(operand));
}

}
