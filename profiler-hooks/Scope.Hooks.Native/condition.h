// Whether a hit counts: runs a checked condition over what its captures see now.
#pragma once
#include "capture.h"

namespace scope {

/// The moment at which a condition is asked.
struct Moment {
    Site site;
    void* const* places;    // Of the site's roots.
    uint64_t elapsedNanos;  // Where the call ends.
};

/// Of at least one step.
bool holds(const Plan& plan, const ConditionStep* steps, uint32_t count, const Moment& moment, Spending& spending);

}
