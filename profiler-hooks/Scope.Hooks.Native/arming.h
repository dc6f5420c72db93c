// Arms and disarms probes, and keeps their states true. Everything here runs on the control thread.
#pragma once
#include "corprof_info.h"

namespace scope {

/// Arms the plan that stands in the region's area; 0, or an error of the plan as a whole with the position of it.
Result arm(ProfilerInfo& info, uint64_t planBytes, uint32_t& detail);

/// Asks the old code of one probe back.
Result disarm(ProfilerInfo& info, uint64_t id);

/// Asks all old code back, because of the error or, for 0, because it was wished.
void disarmAll(ProfilerInfo& info, Result because);

/// Whether a probe was ever armed: the runtime does not let us go any more.
bool hasArmed();

/// Looks after the probes: states and counts, those that were hit too often, and gates when the agent is late.
void tend(ProfilerInfo& info, bool agentIsLate);

}
