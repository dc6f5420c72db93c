// Follows a capture from its place in the frame to the value at its end. The thread is in cooperative mode: no object moves
// while it looks. Nothing is allocated, locked or called; what is not there, or is not what the plan takes it for, is told.
#pragma once
#include "plan.h"

namespace scope {

/// What was found at the end of a path. The characters stay where they are: they are good until the hit returns.
struct Seen {
    uint8_t kind;           // ValueInt ...
    uint32_t contentBytes;  // Of number, or of raw.
    union {
        uint64_t number[2];
        uint8_t raw[MaxRawBytes];
    };
    const char16_t* chars;  // Of a text:
    uint32_t length;        // how long it is,
    uint32_t readable;      // how much of it can be read,
    uint32_t kept;          // and how much of it is wanted.
};

/// What one hit may still spend on reads through the kernel and on comparing texts: a plan cannot make it long.
struct Spending {
    int32_t kernelReads = 64;
    int32_t chars = 16384;
};

/// Reads a capture that begins at the place.
void look(const Plan& plan, const PlannedCapture& capture, const Root& root, void* place, Spending& spending, Seen& seen);

}
