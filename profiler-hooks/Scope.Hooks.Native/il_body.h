// A method's body as the runtime hands it out, taken apart: header, code, exception clauses. The bytes are bounded by the
// length that came with them, and nothing in them is believed beyond that.
#pragma once
#include <cstddef>
#include <cstdint>

namespace scope {

struct ExceptionClause {
    uint32_t flags, tryOffset, tryLength, handlerOffset, handlerLength, typeOrFilter;
};

constexpr uint32_t ClauseFilter = 1;

struct IlBody {
    const uint8_t* code = nullptr;
    uint32_t codeBytes = 0;
    uint16_t maxStack = 8;
    uint32_t localsToken = 0;
    bool initLocals = false;
    uint32_t clauses = 0;

    /// One of the clauses.
    ExceptionClause clause(uint32_t index) const;

private:
    friend bool parseBody(const uint8_t* bytes, size_t length, IlBody& body);
    const uint8_t* clauseBytes = nullptr;
    bool fatClauses = false;
};

/// Takes a body apart; false when it is none.
bool parseBody(const uint8_t* bytes, size_t length, IlBody& body);

/// One instruction.
struct Instruction {
    uint32_t offset;
    uint32_t length;    // With operand; of a switch with all its targets.
    uint16_t operation; // 0xFE.. for the two-byte ones.
    uint8_t operationBytes;
};

constexpr uint16_t IlJmp = 0x27, IlRet = 0x2A, IlSwitch = 0x45, IlLeave = 0xDD, IlShortLeave = 0xDE, IlTail = 0xFE14;

/// Whether it jumps to a target that its operand names as a distance, of 1 or 4 bytes.
bool isBranch(const Instruction& instruction);

/// Whether it stands before another one and belongs to it.
bool isPrefix(const Instruction& instruction);

/// The instruction at an offset; false when there is none that fits into the code.
bool decode(const uint8_t* code, uint32_t codeBytes, uint32_t offset, Instruction& instruction);

/// The target of a branch; may lie anywhere.
uint32_t branchTarget(const uint8_t* code, const Instruction& branch);

inline uint16_t readU2(const uint8_t* at) { return static_cast<uint16_t>(at[0] | at[1] << 8); }
inline uint32_t readU4(const uint8_t* at) { return readU2(at) | static_cast<uint32_t>(readU2(at + 2)) << 16; }

}
