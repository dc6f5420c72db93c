// Puts code around and into a method. What was there stays as it is, with its branches widened and moved:
//
//   prologue
//   try { body, each return a jump to the end, each inserted piece before the instruction at its offset }
//   filter { filter; which never catches } { pop; rethrow }
//   epilogue, which returns
//
// A filter that says no lets first-chance semantics, crash reports and stacks be what they would be without it.
#pragma once
#include "bytes.h"
#include "il_body.h"

namespace scope {

/// Code that is inserted before the instruction at an offset. Whoever jumps there runs it; it leaves the stack as it was.
struct InsertedCode {
    uint32_t offset;
    const Bytes* code;
};

struct Rewriting {
    const Bytes* prologue = nullptr;  // Null: only insertions, the rest stays.
    const Bytes* filter = nullptr;    // With the exception on the stack at first, 0 at the end; null for none.
    const Bytes* epilogue = nullptr;  // With an empty stack at first, ends with ret.
    const InsertedCode* insertions = nullptr;  // By offset, ascending; several of one offset run in their order.
    uint32_t insertionCount = 0;
    int32_t returnLocal = -1;     // Where a return leaves its value; -1 for a method without one.
    uint32_t localsToken = 0;     // The new locals' signature.
    uint32_t extraStack = 0;      // What the inserted code needs above what is on the stack.
};

/// The new body; 0, or why there is none.
int32_t rewrite(const IlBody& body, const Rewriting& rewriting, Bytes& out);

}
