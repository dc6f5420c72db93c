// What the rewritten methods call, without leaving cooperative mode: may not wait, allocate, throw, or call the runtime.
#pragma once
#include "wire_probes.h"

namespace scope {

/// One function for each number of places that it takes: the first arguments are the begin's stamp (0 where there is none
/// yet) and the probe's id, the rest addresses of places in the frame.
struct HitFunctions {
    const void* enter;
    const void* leave;
    const void* exception;
    const void* line;
    uint32_t places;
};

constexpr uint32_t hitFunctionSets = 5;
extern const HitFunctions hitFunctions[hitFunctionSets];

/// The smallest set that takes so many places.
uint32_t setFor(uint32_t places);

}
