// The probes that there are, by slot: what the hit functions need of each, on one cache line, and what the control thread
// keeps about it. The control thread alone changes them; a hit reads, and counts.
#pragma once
#include "plan.h"

namespace scope {

/// What a hit needs.
struct alignas(64) Probe {
    uint32_t id;            // 0 while the slot is empty: a method that still runs old code hits into nothing.
    uint32_t accepting;     // The id while new calls are taken.
    uint32_t flags;
    bool limited;           // Whether left counts.
    bool enterPlanned;      // Whether there is anything to do at the begin but to take the time.
    bool leavePlanned;      // Likewise at the end.
    bool leaveCounts;       // Whether a hit is counted at its end.
    int64_t left;           // Hits that may still come.
    const Plan* plan;
};
static_assert(sizeof(Probe) == 64);

/// All slots, in order.
extern Probe probes[MaxProbes];

/// The words by which the agent opens and closes them; null as long as there is no region.
extern uint32_t* gates;

inline uint32_t slotOf(uint32_t id) { return id % MaxProbes; }

}
